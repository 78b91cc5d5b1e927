import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Where an API writes a line for every request. */
export function accessLogs(scope: Construct, retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH): logs.LogGroup {
  return new logs.LogGroup(scope, 'AccessLogs', { retention, removalPolicy: RemovalPolicy.DESTROY });
}

/**
 * A line of JSON. Never a path or a query: they hold capability tokens, keys of records and cursors. All values are text,
 * since API Gateway writes `-` where there is none.
 */
const line = (route: string, error: string) => AccessLogFormat.custom(JSON.stringify({
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  routeKey: route,
  status: '$context.status',
  responseLength: '$context.responseLength',
  latency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  sourceIp: '$context.identity.sourceIp',
  error,
}));

export const HTTP_ACCESS_LOG = line('$context.routeKey', '$context.error.responseType');
export const REST_ACCESS_LOG = line('$context.httpMethod $context.resourcePath', '$context.error.responseType');
