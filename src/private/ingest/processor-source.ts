import { Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { invalid, validateInteger } from '../validation';

/** A burst must neither take the whole account nor make hundreds of processors share one table, which starts at 4,000 writes a second. */
const DEFAULT_MAX_CONCURRENCY = 10;

/** How the queue feeds a processor. */
export interface ProcessorSourceProps {
  readonly batchSize?: number;
  readonly maxConcurrency?: number;
}

/** Checked when the processor is declared, so that the error points at the user's line. */
export function validateProcessorSource(props: ProcessorSourceProps): void {
  validateInteger('batchSize', props.batchSize, 1, 10);
  validateInteger('maxConcurrency', props.maxConcurrency, 2, 1000);
}

/** Messages that are worked on one after the other would share the time limit of one invocation, and the last ones have none left. */
export function validateOrderedBatch(queue: sqs.IQueue, batchSize: number | undefined): void {
  if (!queue.fifo || batchSize === undefined || Token.isUnresolved(batchSize) || batchSize === 1) return;
  invalid('FIFO_BATCH_SIZE', `'batchSize' must be 1 with IngestQueue.fifo(): uploads in order share no invocation, got ${batchSize}`);
}

/**
 * Feeds the queue to the processor. Concurrency is capped here, never by reserved concurrency: that would throttle
 * the pollers and send good messages to the dead-letter queue.
 */
export function processMessages(processor: lambda.IFunction, queue: sqs.IQueue, props: ProcessorSourceProps): void {
  processor.addEventSource(new SqsEventSource(queue, {
    batchSize: props.batchSize ?? 1,
    maxConcurrency: props.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY,
    reportBatchItemFailures: true,
  }));
}
