import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Tracer } from '@aws-lambda-powertools/tracer';

type Subsegment = ReturnType<NonNullable<ReturnType<Tracer['getSegment']>>['addNewSubsegment']>;

/**
 * Shows every HTTP request as a subsegment of the invocation, also those that overlap; Powertools' own tracing shows paths, and
 * there are names of files in them.
 */
export function traceRequests(tracer: Tracer): void {
  const segments = new WeakMap<ClientRequest, Subsegment>();
  /** Once: an answer may break off after it has begun, and what is closed twice is sent twice, and counted so by what it is a part of. */
  const ended = (request: ClientRequest) => {
    const segment = segments.get(request);
    segments.delete(request);
    return segment;
  };

  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    const host = hostOf(request);
    // Over which Lambda's own client asks for events and answers them.
    if (host === process.env.AWS_LAMBDA_RUNTIME_API) return;
    const segment = tracer.getSegment()?.addNewSubsegment(host);
    if (!segment) return;
    segment.addAttribute('namespace', 'remote');
    segment.addAttribute('http', { request: described(request) });
    segments.set(request, segment);
  });
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const segment = ended(request);
    segment?.addAttribute('http', { request: described(request), response: { status: response.statusCode } });
    segment?.close();
  });
  subscribe('http.client.request.error', (message) => {
    const { request, error } = message as { request: ClientRequest; error: Error };
    const segment = ended(request);
    segment?.addError(error, true);
    segment?.close();
  });
}

function described(request: ClientRequest): { readonly method: string; readonly url: string } {
  return { method: request.method, url: `${request.protocol}//${hostOf(request)}` };
}

function hostOf(request: ClientRequest): string {
  return String(request.getHeader('host'));
}
