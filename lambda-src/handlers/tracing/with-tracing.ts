import { createRequire } from 'node:module';
import type { Context } from 'aws-lambda';
import { Env, TRACING_FILE } from '../../../src/private/contract';

export type Handler<E, R> = (event: E, context: Context) => Promise<R>;

/** What the file beside the function exports. */
export interface TracingModule {
  traced<E, R>(handler: Handler<E, R>): Handler<E, R>;
}

/** The handler as it is, unless tracing is on: X-Ray's SDK is larger than a function of the API, so it is a file of its own. */
export function withTracing<E, R>(handler: Handler<E, R>): Handler<E, R> {
  if (process.env[Env.TRACING] !== 'true') return handler;
  const { traced } = createRequire(__filename)(`./${TRACING_FILE}`) as TracingModule;
  return traced(handler);
}
