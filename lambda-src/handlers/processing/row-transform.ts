import { setTimeout as delay } from 'node:timers/promises';
import { Env, RecordModel } from '../../../src/private/contract';
import { required, requiredInteger } from '../../adapters/environment';
import { LambdaInvoker } from '../../adapters/lambda-invoker';
import { transformModule } from '../../adapters/transform-module';
import { FunctionTransformer } from '../../application/function-transformer';
import { ModuleTransformer } from '../../application/module-transformer';
import { NewRowTransform, transformWith } from '../../application/transform-rows';

const LONGEST_TIMEOUT_SECONDS = 900;
/** Throttling and lost answers are nothing to give an attempt up for: rows may be transformed again. */
const MOST_ATTEMPTS = 5;

/** What transforms rows, as the model and the environment say; undefined: nothing does. */
export function rowTransformOf(model: RecordModel): NewRowTransform | undefined {
  switch (model.transform) {
    case undefined: return undefined;
    // Beside the bundle.
    case 'module': return transformWith(new ModuleTransformer(transformModule(__dirname)), model);
    case 'function': return transformWith(functionTransformer(), model);
  }
}

function functionTransformer(): FunctionTransformer {
  const arn = required(Env.TRANSFORM_FUNCTION);
  const invoker = new LambdaInvoker(arn, MOST_ATTEMPTS);
  const [, partition] = arn.split(':');
  const bucket = required(Env.BUCKET);
  return new FunctionTransformer({
    invoke: (event, milliseconds, signal) => invoker.invoke(event, milliseconds, signal),
    newId: () => crypto.randomUUID(),
    sleep: async (milliseconds) => { await delay(milliseconds); },
  }, {
    batchSize: requiredInteger(Env.TRANSFORM_BATCH_SIZE),
    concurrency: requiredInteger(Env.TRANSFORM_CONCURRENCY),
    callMilliseconds: 1000 * (requiredInteger(Env.TRANSFORM_TIMEOUT_SECONDS) || LONGEST_TIMEOUT_SECONDS),
    region: process.env.AWS_REGION ?? '',
    arnOf: (key) => `arn:${partition}:s3:::${bucket}/${key}`,
  });
}
