import type { Tracer } from '@aws-lambda-powertools/tracer';

/**
 * Shows every `fetch` as a subsegment of the invocation, also those that overlap; Powertools' own tracing takes such for one
 * inside the other. Paths are left out, as there are names of files in them.
 */
export function traceFetch(tracer: Tracer): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const { protocol, host } = new URL(input instanceof Request ? input.url : input);
    const segment = tracer.getSegment()?.addNewSubsegment(host);
    if (!segment) return fetch(input, init);
    segment.addAttribute('namespace', 'remote');
    const request = { method: init?.method ?? 'GET', url: `${protocol}//${host}` };
    try {
      const response = await fetch(input, init);
      segment.addAttribute('http', { request, response: { status: response.status } });
      return response;
    } catch (error) {
      segment.addAttribute('http', { request });
      segment.addError(error as Error, true);
      throw error;
    } finally {
      segment.close();
    }
  };
}
