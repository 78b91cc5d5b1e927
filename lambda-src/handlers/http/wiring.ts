import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { Env, IDEMPOTENCY_FILE, TenancyModel } from '../../../src/private/contract';
import type { DynamoDb } from '../../adapters/aws/dynamodb';
import { required, requiredInteger, requiredList } from '../../adapters/environment';
import { UploadRules, UploadRulesProps } from '../../application/uploads/upload-rules';
import { CallerReader, callerReader } from './caller';
import type { AnswerOnce } from './idempotency';
import { HttpHandlerOptions } from './router';

/** What the functions behind the API are told alike, by the environment and by files beside their code. */

export function callersOfEnvironment(): CallerReader {
  return callerReader(JSON.parse(required(Env.TENANCY)) as TenancyModel);
}

export function rulesOfEnvironment(others: Pick<UploadRulesProps, 'maxFiles' | 'model'>): UploadRules {
  return new UploadRules({
    maxFileSize: requiredInteger(Env.MAX_FILE_SIZE),
    contentTypes: requiredList(Env.CONTENT_TYPES),
    fileNamePattern: required(Env.FILE_NAME_PATTERN),
    ...others,
  });
}

/** What the file beside the function exports. */
type IdempotencyModule = typeof import('../idempotency/idempotency');

export function idempotencyBesideTheCode(client: DynamoDb, tableName: string): AnswerOnce {
  const { openIdempotency } = createRequire(__filename)(`./${IDEMPOTENCY_FILE}`) as IdempotencyModule;
  return openIdempotency(client, tableName);
}

/** A file beside the function's one file of code. */
export function besideTheCode<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, name), 'utf8')) as T;
}

export interface Telemetry {
  readonly logger: Logger;
  readonly count: (metric: string) => void;
  readonly options: HttpHandlerOptions;
}

/** Logs and counts; what was counted is written once at the end of a request. */
export function telemetryOfEnvironment(): Telemetry {
  const logger = new Logger();
  const metrics = new Metrics({ logger });
  const origins = process.env[Env.CORS_ORIGINS];
  return {
    logger,
    count: (metric) => { metrics.addMetric(metric, MetricUnit.Count, 1); },
    options: {
      corsOrigins: origins === undefined ? [] : requiredList(Env.CORS_ORIGINS),
      onEnd: () => { if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics(); },
    },
  };
}
