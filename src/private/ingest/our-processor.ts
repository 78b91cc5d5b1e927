import { Duration } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { RowTransform } from '../../ingest/row-transform';
import { UploadProcessorBindOptions } from '../../ingest/upload-processor-config';
import { Env, RecordModel } from '../contract';
import { bytesText, listText, numberText, secondsText } from '../functions/environment';
import { functionCodeWithModel } from '../functions/function-code';
import { PipelineFunction } from '../functions/pipeline-function';
import { grantCoordination, grantWork } from './processor-permissions';
import { processMessages, ProcessorSourceProps, validateOrderedBatch } from './processor-source';
import { MAX_VISIBILITY } from './queue-limits';
import { rowsEnvironment } from './rows-environment';
import { scheduleSweep } from './sweep';

export interface OurProcessorProps extends ProcessorSourceProps {
  readonly description: string;
  readonly model: RecordModel;
  readonly transform?: RowTransform;
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly logRetention?: logs.RetentionDays;
  /** What the function is told besides. */
  readonly environment?: Record<string, string>;
}

/** Our own processor: it takes the messages of every queue there is, and looks after the life of uploads. */
export function ourProcessor(scope: Construct, props: OurProcessorProps, options: UploadProcessorBindOptions): PipelineFunction {
  const { queue: jobs, arrivalsQueue: arrivals = jobs, maxReceiveCount = 0, visibilityTimeout = MAX_VISIBILITY } = options.queue;
  validateOrderedBatch(jobs, props.batchSize);
  const processor = new PipelineFunction(scope, 'Processor', {
    code: functionCodeWithModel(scope, 'processor', props.model, props.transform),
    description: props.description,
    serviceName: options.serviceName,
    memorySize: props.memorySize,
    timeout: props.timeout,
    logRetention: props.logRetention,
    environment: {
      ...rowsEnvironment(options, props.transform),
      [Env.QUEUE_URL]: arrivals.queueUrl,
      [Env.JOB_QUEUE_URL]: jobs.queueUrl,
      [Env.QUEUES_JOBS]: String(jobs.fifo || props.model.tenancy === true),
      [Env.MAX_RECEIVE_COUNT]: numberText(maxReceiveCount),
      [Env.VISIBILITY_SECONDS]: secondsText(visibilityTimeout),
      [Env.MAX_FILE_SIZE]: bytesText(options.maxFileSize),
      [Env.CONTENT_TYPES]: listText(options.contentTypes),
      ...props.environment,
    },
  });
  grantWork(processor, options);
  grantCoordination(processor, options);
  props.transform?._grantTo(processor);
  props.transform?._warn(scope);
  processMessages(processor, arrivals, props);
  if (arrivals !== jobs) processMessages(processor, jobs, { ...props, batchSize: 1 });
  scheduleSweep(scope, arrivals);
  return processor;
}
