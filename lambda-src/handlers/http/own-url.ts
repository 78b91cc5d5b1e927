/** The parts of an API Gateway event that say where a request came in; of HTTP APIs (2.0 and 1.0) and of REST APIs. */
interface AddressedEvent {
  readonly requestContext: { readonly domainName?: string; readonly path?: string; readonly http?: { readonly path: string } };
}

/**
 * The address of the API as the client of this request knows it: with the domain, and the stage or base path, that it asked.
 * @param path of the route that serves the request, without parameters
 */
export function ownUrl(event: unknown, path: `/${string}`): string {
  const { domainName = '', ...context } = (event as AddressedEvent).requestContext;
  const whole = context.path ?? context.http?.path ?? path;
  const before = whole.endsWith(path) ? whole.slice(0, -path.length) : '';
  return `https://${domainName}${before}`;
}
