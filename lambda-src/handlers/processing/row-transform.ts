import { Env, RecordModel } from '../../../src/private/contract';
import { required, requiredInteger } from '../../adapters/environment';
import { LambdaInvoker } from '../../adapters/lambda-invoker';
import { transformModule } from '../../adapters/transform-module';
import { FunctionTransformer, FunctionTransformerPorts } from '../../application/transform/function-transformer';
import { ModuleTransformer } from '../../application/transform/module-transformer';
import { NewRowTransform, transformWith } from '../../application/transform/transform-rows';
import { callMilliseconds } from './call-time';

/** Throttling and lost answers are nothing to give an attempt up for: rows may be transformed again. */
const MOST_ATTEMPTS = 5;

type Ports = Pick<FunctionTransformerPorts, 'newId' | 'sleep'>;

/** What transforms rows, as the model and the environment say; undefined: nothing does. */
export function rowTransformOf(model: RecordModel, ports: Ports): NewRowTransform | undefined {
  switch (model.transform) {
    case undefined: return undefined;
    // Beside the bundle.
    case 'module': return transformWith(new ModuleTransformer(transformModule(__dirname)), model);
    case 'function': return transformWith(functionTransformer(ports), model);
  }
}

function functionTransformer(ports: Ports): FunctionTransformer {
  const arn = required(Env.TRANSFORM_FUNCTION);
  const invoker = new LambdaInvoker(arn, MOST_ATTEMPTS);
  const [, partition] = arn.split(':');
  const bucket = required(Env.BUCKET);
  return new FunctionTransformer({
    ...ports,
    invoke: (event, milliseconds, signal) => invoker.invoke(event, milliseconds, signal),
  }, {
    batchSize: requiredInteger(Env.TRANSFORM_BATCH_SIZE),
    concurrency: requiredInteger(Env.TRANSFORM_CONCURRENCY),
    callMilliseconds: callMilliseconds(Env.TRANSFORM_TIMEOUT_SECONDS),
    region: process.env.AWS_REGION ?? '',
    arnOf: (key) => `arn:${partition}:s3:::${bucket}/${key}`,
  });
}
