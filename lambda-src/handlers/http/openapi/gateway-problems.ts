import * as z from 'zod/mini';
import { Schema } from './operation';
import { problemSchema } from './problem-schema';

/** Who meets an answer of API Gateway's own: everybody, who must show credentials, who sends a body. */
export type Audience = 'all' | 'callers' | 'senders';

interface GatewayError {
  readonly status: number;
  readonly audience: Audience;
  readonly meaning: string;
}

/** Codes of what a REST API answers before a request reaches a function, as the construct has it say. */
export const GATEWAY_ERRORS = {
  BAD_REQUEST: { status: 400, audience: 'all', meaning: 'API Gateway cannot serve the request.' },
  UNAUTHORIZED: { status: 401, audience: 'callers', meaning: 'The request has no valid credentials.' },
  ACCESS_DENIED: { status: 403, audience: 'callers', meaning: 'The credentials do not allow this request.' },
  EXPIRED_TOKEN: { status: 403, audience: 'callers', meaning: 'The credentials have expired.' },
  INVALID_SIGNATURE: { status: 403, audience: 'callers', meaning: 'The signature is not that of the request.' },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, audience: 'callers', meaning: 'The request is not signed, or there is no such route.' },
  INVALID_API_KEY: { status: 403, audience: 'callers', meaning: 'The request has no valid `x-api-key`.' },
  FILTERED: { status: 403, audience: 'all', meaning: 'A rule of the web application firewall refuses the request.' },
  REQUEST_TOO_LARGE: { status: 413, audience: 'senders', meaning: 'The request has more than 10 MB.' },
  THROTTLED: { status: 429, audience: 'all', meaning: 'There are too many requests: wait and try again.' },
  QUOTA_EXCEEDED: { status: 429, audience: 'all', meaning: 'The quota of the `x-api-key` is used up.' },
} as const satisfies Readonly<Record<string, GatewayError>>;

type GatewayCode = keyof typeof GATEWAY_ERRORS;

export const GATEWAY_CODES = Object.keys(GATEWAY_ERRORS) as GatewayCode[];

export const GATEWAY_PROBLEM_SCHEMAS = Object.fromEntries(GATEWAY_CODES.map((code) => {
  const { status, meaning }: GatewayError = GATEWAY_ERRORS[code];
  // What API Gateway says in many cases, it says without the status of this one.
  return [code, problemSchema(code, z.optional(z.literal(status)), meaning)];
})) as unknown as Readonly<Record<GatewayCode, Schema>>;

/** What an HTTP API answers itself; a REST API without our responses, too. */
export const gatewayAnswerSchema = z.object({
  message: z.nullable(z.string()).check(z.describe('What API Gateway has to say.')),
}).check(z.meta({ id: 'GatewayAnswer', description: "An HTTP API's own answer: no problem document." }));

/** Codes that API Gateway itself can answer these audiences with, with a status. */
export function gatewayCodes(status: number, audiences: readonly Audience[]): GatewayCode[] {
  return GATEWAY_CODES.filter((code) => GATEWAY_ERRORS[code].status === status && audiences.includes(GATEWAY_ERRORS[code].audience));
}
