import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';

/** What a page may read of an answer besides its body. */
const EXPOSED = 'Location,Retry-After,X-Request-Id';

/**
 * What lets a page of another origin read an answer. HTTP APIs see to that themselves; REST APIs answer only the question
 * before the request, and leave the answer to it to the function.
 */
export function corsHeaders({ headers }: Pick<APIGatewayProxyEvent | APIGatewayProxyEventV2, 'headers'>, allowed: readonly string[]): Record<string, string> {
  if (allowed.length === 0) return {};
  if (allowed.includes('*')) return { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED };
  const [, origin] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'origin') ?? [];
  if (origin === undefined || !allowed.includes(origin)) return { vary: 'Origin' };
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED, 'vary': 'Origin' };
}
