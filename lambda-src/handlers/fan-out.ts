import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { Metric } from '../../src/private/contract';
import { endUpload, FanOutOf, findUpload, UploadFailed } from '../application/fan-out/fanned-out-upload';
import { countRanges } from '../application/fan-out/survey-range';
import { finishUpload, ingestRange, planRanges, surveyRange, uploadPorts } from './processing/ranges';

const logger = new Logger();
const metrics = new Metrics();

/** What the states of the state machine ask for, and what EventBridge says when an execution has failed. */
type Task =
  | ({ readonly task: 'cut'; readonly rangeSize: number } & FanOutOf)
  | ({ readonly task: 'survey'; readonly rangeSize: number; readonly range: number } & FanOutOf)
  | ({ readonly task: 'plan'; readonly count: number } & FanOutOf)
  | ({ readonly task: 'ingest'; readonly range: number } & FanOutOf)
  | ({ readonly task: 'finish'; readonly count: number } & FanOutOf)
  | { readonly task: 'end'; readonly execution: string; readonly executionArn: string };

/** Does one step of a fan-out. An error means that Step Functions tries again, or that the execution ends, by its name. */
export const handler = async (event: Task, context: Context): Promise<object> => {
  logger.addContext(context);
  try {
    return await perform(event, context);
  } catch (error) {
    if (error instanceof UploadFailed) count(Metric.UPLOADS_FAILED, 1);
    logger.error('The step failed', { task: event.task, execution: event.execution, error: error as Error });
    throw error;
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};

async function perform(event: Task, context: Context): Promise<object> {
  switch (event.task) {
    case 'cut': return cut(event);
    case 'survey':
      await surveyRange.run(event, event.range, event.rangeSize);
      return {};
    case 'plan': return { ranges: await planRanges.run(event, event.count) };
    case 'ingest': return { done: await ingestRange.run(event, event.range, invocationOf(context)) };
    case 'finish': return finish(event);
    case 'end': return end(event);
  }
}

async function cut(event: FanOutOf & { readonly rangeSize: number }): Promise<object> {
  const total = countRanges(await findUpload(event, uploadPorts), event.rangeSize);
  return { count: total, ranges: [...Array(total).keys()] };
}

async function finish(event: FanOutOf & { readonly count: number }): Promise<object> {
  const { counts, dryRun } = await finishUpload.run(event, event.count);
  count(Metric.UPLOADS_COMPLETED, 1);
  // Of what is only checked nothing was accepted.
  if (!dryRun) {
    count(Metric.ROWS_ACCEPTED, counts!.accepted);
    count(Metric.ROWS_REJECTED, counts!.rejected);
  }
  return counts!;
}

async function end({ execution, executionArn }: { readonly execution: string; readonly executionArn: string }): Promise<object> {
  if (await endUpload({ ...fanOutOf(execution), executionArn }, uploadPorts)) count(Metric.UPLOADS_FAILED, 1);
  return {};
}

/** An execution is called after its upload, and a number that makes it the only one. */
function fanOutOf(execution: string): FanOutOf {
  return { execution, uploadId: execution.slice(0, execution.lastIndexOf('-')) };
}

/** After rows are read others are still on their way. */
const LONGEST_REST = 20_000;

function invocationOf(context: Context) {
  const started = Date.now();
  const remaining = context.getRemainingTimeInMillis();
  return {
    holder: context.awsRequestId,
    until: new Date(started + remaining),
    stopAt: new Date(started + remaining - Math.min(LONGEST_REST, remaining / 5)),
  };
}

function count(metric: string, value: number): void {
  metrics.addMetric(metric, MetricUnit.Count, value);
}
