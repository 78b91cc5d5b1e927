import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';

export interface HttpCall {
  readonly query?: Readonly<Record<string, string>>;
  readonly rawQueryString?: string;
  readonly body?: unknown;
  /** As a client that sends no JSON content type has it sent on. */
  readonly base64?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly stage?: string;
  /** Who signed the request, for a route with an IAM authorizer. */
  readonly userArn?: string;
  /** Of the route; by their names, with the values that the client means. */
  readonly params?: Readonly<Record<string, string>>;
}

/** What an HTTP API sends to a function, for a route such as `GET /records/{pk}`: paths decoded but for `%25`. */
export function httpEvent(routeKey: string, call: HttpCall = {}): APIGatewayProxyEventV2 {
  const [method, template] = routeKey.split(' ');
  const { params = {}, stage = '$default', base64 = false } = call;
  const decodedButPercent = (value: string) => value.replaceAll('%', '%25');
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => decodedButPercent(params[name]));
  const text = typeof call.body === 'string' || call.body === undefined ? call.body : JSON.stringify(call.body);
  const rawPath = stage === '$default' ? path : `/${stage}${path}`;
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: call.rawQueryString ?? new URLSearchParams(call.query).toString(),
    headers: { 'host': 'abc123.execute-api.eu-central-1.amazonaws.com', 'x-forwarded-proto': 'https', 'content-type': 'application/json', ...call.headers },
    ...(Object.keys(params).length > 0
      ? { pathParameters: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodedButPercent(value)])) }
      : {}),
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc123',
      domainName: 'abc123.execute-api.eu-central-1.amazonaws.com',
      domainPrefix: 'abc123',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey,
      stage,
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: Date.UTC(2026, 0, 1),
      ...(call.userArn === undefined ? {} : { authorizer: { iam: { userArn: call.userArn } } }),
    },
    ...(text === undefined ? {} : { body: base64 ? Buffer.from(text).toString('base64') : text }),
    isBase64Encoded: base64,
  };
}

export const LAMBDA_CONTEXT = { awsRequestId: 'test', functionName: 'test', getRemainingTimeInMillis: () => 10_000 } as Context;

/** The answer with its body parsed. */
export function answer(result: APIGatewayProxyStructuredResultV2): { status: number; headers: Record<string, unknown>; body: unknown } {
  return { status: result.statusCode!, headers: result.headers ?? {}, body: JSON.parse(result.body!) };
}
