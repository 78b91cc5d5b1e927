import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { IngestQueue } from '../../../src';
import { ACCOUNT, ENV, environment, pipelineInStack, REGION } from '../support';

const made = pipelineInStack(undefined, { env: ENV });
const { stack, pipeline } = made;

test.each([
  ['metricUploadsStarted', 'UploadsStarted'],
  ['metricUploadsAborted', 'UploadsAborted'],
  ['metricUploadsCompleted', 'UploadsCompleted'],
  ['metricUploadsFailed', 'UploadsFailed'],
  ['metricRowsAccepted', 'RowsAccepted'],
  ['metricRowsRejected', 'RowsRejected'],
] as const)('%s is the sum of what the functions count', (method, metricName) => {
  const metric = pipeline[method]();
  const { POWERTOOLS_SERVICE_NAME: service, POWERTOOLS_METRICS_NAMESPACE: namespace } = environment(made, 'Processor');
  expect(metric).toMatchObject({ metricName, namespace, dimensions: { service }, statistic: 'Sum', region: REGION, account: ACCOUNT });
  expect(metric.period).toEqual(Duration.minutes(5));
});

test.each(['Processor', 'UploadApi', 'CompletionApi', 'QueryApi'])('%s counts under the name of the pipeline', (id) => {
  expect(environment(made, id).POWERTOOLS_SERVICE_NAME).toBe(pipeline.metricRowsAccepted().dimensions!.service);
});

test('a metric takes other options', () => {
  expect(pipeline.metricRowsRejected({ period: Duration.minutes(1), statistic: cloudwatch.Stats.MAXIMUM, label: 'rejected' }))
    .toMatchObject({ period: Duration.minutes(1), statistic: 'Maximum', label: 'rejected' });
});

test('metricQueueAge is the age of the oldest message', () => {
  expect(pipeline.metricQueueAge()).toMatchObject({
    namespace: 'AWS/SQS', metricName: 'ApproximateAgeOfOldestMessage', statistic: 'Maximum', dimensions: { QueueName: expect.anything() },
  });
  expect(stack.resolve(pipeline.metricQueueAge().dimensions!.QueueName)).toEqual(stack.resolve(pipeline.queue.queueName));
});

test('metricArrivalsAge is the same, but of the queue before a FIFO queue', () => {
  const names = (of: typeof made) => [of.pipeline.metricQueueAge(), of.pipeline.metricArrivalsAge()]
    .map(({ dimensions }) => of.stack.resolve(dimensions!.QueueName) as unknown);
  const [queue, arrivals] = names(made);
  expect(arrivals).toEqual(queue);
  const fifo = pipelineInStack(() => ({ queue: IngestQueue.fifo() }), { env: ENV });
  const { queue: jobs, arrivalsQueue } = fifo.pipeline;
  expect(names(fifo)).toEqual([jobs, arrivalsQueue].map(({ queueName }) => fifo.stack.resolve(queueName) as unknown));
});
