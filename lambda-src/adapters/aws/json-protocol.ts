import { Service, serviceEndpoint } from './endpoint';
import { AwsAnswer, Refusal, SignedRequests } from './signed-requests';

export interface JsonProtocol {
  readonly service: Service;
  /** What the names of operations begin with on the wire. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  /** How a body is read; as JSON, if not given. */
  readonly parse?: (body: string) => unknown;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Calls an operation of a service that speaks AWS's JSON protocol. */
export async function callJson(requests: SignedRequests, protocol: JsonProtocol, operation: string, input: object): Promise<JsonObject> {
  const { body } = await requests.send({
    service: protocol.service,
    operation,
    endpoint: serviceEndpoint(protocol.service),
    method: 'POST',
    path: '/',
    headers: { 'content-type': `application/x-amz-json-${protocol.version}`, 'x-amz-target': `${protocol.target}.${operation}` },
    body: JSON.stringify(input),
  }, (answer) => refusalIn(answer, protocol));
  return parsed(body, protocol) ?? {};
}

function refusalIn({ status, headers, body }: AwsAnswer, protocol: JsonProtocol): Refusal | undefined {
  if (status === 200) return undefined;
  const { __type, message, Message, ...details } = parsed(body, protocol) ?? {};
  const type = text(__type) ?? text(headers['x-amzn-errortype']) ?? `Http${status}`;
  return { code: codeIn(type), message: text(message) ?? text(Message), body: details };
}

/** `com.amazonaws.dynamodb.v20120810#ValidationException` is a ValidationException; so is `ValidationException:http://…`. */
function codeIn(type: string): string {
  return type.slice(type.indexOf('#') + 1).split(':')[0];
}

/** A proxy that is in the way may answer with anything. */
function parsed(body: string, { parse = JSON.parse }: JsonProtocol): JsonObject | undefined {
  try {
    const value: unknown = parse(body);
    return typeof value === 'object' && value !== null ? value as JsonObject : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
