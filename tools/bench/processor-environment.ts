import { Env, ROWS_NODE_OPTIONS } from '../../src/private/contract';
import { ENVIRONMENT } from './lambda-like';

/** What the processor and the worker of ranges find in their environment, where stand-ins at `url` are all of AWS. */
export function processorEnvironment(url: string): Record<string, string> {
  return {
    ...ENVIRONMENT,
    [Env.BUCKET]: 'bucket',
    [Env.QUERY_TABLE]: 'records',
    [Env.STATUS_TABLE]: 'uploads',
    [Env.QUERY_PARTITION_KEY]: '_pk',
    [Env.QUERY_SORT_KEY]: '_sk',
    [Env.QUERY_SHARDS]: '4',
    [Env.QUEUE_URL]: `${url}/1/queue`,
    [Env.JOB_QUEUE_URL]: `${url}/1/jobs`,
    [Env.QUEUES_JOBS]: 'false',
    [Env.HANDLER_FUNCTION]: '',
    [Env.HANDLER_TIMEOUT_SECONDS]: '0',
    [Env.FAN_OUT_MACHINE]: '',
    [Env.FAN_OUT_ABOVE]: '0',
    [Env.MAX_RECEIVE_COUNT]: '3',
    [Env.VISIBILITY_SECONDS]: '5400',
    [Env.RECORD_RETENTION_SECONDS]: '0',
    [Env.MAX_FILE_SIZE]: String(1024 ** 4),
    [Env.NODE_OPTIONS]: ROWS_NODE_OPTIONS,
    POWERTOOLS_LOG_LEVEL: 'WARN',
    AWS_ENDPOINT_URL: url,
  };
}
