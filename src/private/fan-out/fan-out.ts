import { Duration, Size, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FanOut, FanOutOptions } from '../../ingest/fan-out';
import { RowTransform } from '../../ingest/row-transform';
import { UploadProcessorBindOptions } from '../../ingest/upload-processor-config';
import { Env, RecordModel } from '../contract';
import { bytesText } from '../functions/environment';
import { functionCodeWithModel } from '../functions/function-code';
import { PipelineFunction } from '../functions/pipeline-function';
import { grantRanges } from '../ingest/processor-permissions';
import { MAX_FUNCTION_TIMEOUT } from '../ingest/queue-limits';
import { rowsEnvironment } from '../ingest/rows-environment';
import { invalid } from '../validation';
import { FanOutMachine } from './fan-out-machine';
import { canBeCut, rangeBytes } from './fan-out-ranges';
import { whyNotFanOut } from './fan-out-rules';

/** Uploads that one function reads in some minutes are not worth the start of a state machine, which takes seconds. */
const DEFAULT_SIZE = Size.gibibytes(1);
const DEFAULT_CONCURRENCY = 10;

export interface RangeWorkerProps {
  readonly fanOut?: FanOut;
  readonly model: RecordModel;
  readonly transform?: RowTransform;
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly logRetention?: logs.RetentionDays;
}

/** What the processor needs to fan an upload out. */
export interface FanOutParts {
  readonly environment: Record<string, string>;
  readonly grantTo: (processor: PipelineFunction) => void;
}

export const NO_FAN_OUT: FanOutParts = { environment: { [Env.FAN_OUT_MACHINE]: '', [Env.FAN_OUT_ABOVE]: '0' }, grantTo: () => undefined };

/** Checked when the processor is declared, so that the error points at the user's line. */
export function validateFanOut(fanOut: FanOut | undefined, model: RecordModel): void {
  const reason = fanOut?.size && whyNotFanOut(model);
  if (reason) {
    invalid('FAN_OUT_NEEDS_INDEPENDENT_ROWS',
      `'fanOut' must be FanOut.never() because ${reason}, got FanOut.${fanOut.size.toBytes() === 0 ? 'always' : 'above'}`);
  }
}

/** The state machine and its function, unless no upload would ever be fanned out. */
export function fanOutParts(scope: Construct, props: RangeWorkerProps, options: UploadProcessorBindOptions): FanOutParts {
  const fanOut = props.fanOut ?? defaultFanOut(props, options);
  if (!fanOut.size) return NO_FAN_OUT;
  if (options.queue.queue.fifo) {
    invalid('FAN_OUT_KEEPS_NO_ORDER',
      "'fanOut' must be FanOut.never() with IngestQueue.fifo(): the queue would send the next upload while the ranges of this one are worked on");
  }
  const { rangeSize, totalConcurrency, toleratedFailurePercentage = 0 } = fanOut.options;
  const machine = new FanOutMachine(scope, 'FanOut', {
    worker: rangeWorker(scope, props, options, totalConcurrency),
    logRetention: props.logRetention,
    concurrency: concurrencyOf(fanOut.options),
    rangeSize: rangeBytes(rangeSize, props.timeout, options.maxFileSize),
    toleratedFailurePercentage,
    timeoutSeconds: (props.timeout.isUnresolved() ? MAX_FUNCTION_TIMEOUT : props.timeout).toSeconds(),
  });
  return {
    environment: { [Env.FAN_OUT_MACHINE]: machine.stateMachineArn, [Env.FAN_OUT_ABOVE]: bytesText(fanOut.size) },
    grantTo: (processor) => machine.grantUse(processor),
  };
}

function defaultFanOut({ model, timeout }: RangeWorkerProps, { maxFileSize, queue }: UploadProcessorBindOptions): FanOut {
  const isNeeded = maxFileSize.isUnresolved() || maxFileSize.toBytes() > DEFAULT_SIZE.toBytes();
  const isPossible = !queue.queue.fifo && whyNotFanOut(model) === undefined && canBeCut(maxFileSize, timeout);
  return isNeeded && isPossible ? FanOut.above(DEFAULT_SIZE) : FanOut.never();
}

function concurrencyOf({ concurrency, totalConcurrency = DEFAULT_CONCURRENCY }: FanOutOptions): number {
  const most = Token.isUnresolved(totalConcurrency) ? DEFAULT_CONCURRENCY : totalConcurrency;
  return concurrency ?? Math.min(DEFAULT_CONCURRENCY, most);
}

/** Reserving concurrency loses nothing here: whoever finds no room, Step Functions or what EventBridge has sent, calls again. */
function rangeWorker(
  scope: Construct, props: RangeWorkerProps, options: UploadProcessorBindOptions, totalConcurrency: number | undefined,
): PipelineFunction {
  const worker = new PipelineFunction(scope, 'RangeWorker', {
    code: functionCodeWithModel(scope, 'fan-out', props.model, props.transform),
    description: 'Turns the rows of ranges of large files into records',
    serviceName: options.serviceName,
    memorySize: props.memorySize,
    timeout: props.timeout,
    logRetention: props.logRetention,
    environment: rowsEnvironment(options, props.transform),
  });
  (worker.node.defaultChild as lambda.CfnFunction).reservedConcurrentExecutions = totalConcurrency;
  grantRanges(worker, options);
  props.transform?._grantTo(worker);
  return worker;
}
