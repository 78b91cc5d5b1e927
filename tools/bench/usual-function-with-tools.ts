import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { z } from 'zod';
import { handler as usual } from './usual-function';

const logger = new Logger();
const metrics = new Metrics();
const schema = z.object({ key: z.string().min(1) });

/** The same with what our functions have besides: structured logs, metrics and checked input. */
export async function handler(event: unknown): Promise<string> {
  const url = await usual(schema.parse(event));
  logger.info('started');
  metrics.addMetric('Started', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
  return url;
}
