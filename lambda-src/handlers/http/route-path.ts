/** The parts of an API Gateway event that say which route was meant; of HTTP APIs (2.0 and 1.0) and of REST APIs. */
export interface RoutedEvent {
  readonly version?: string;
  /** `GET /records/{pk}`, in version 2.0. */
  readonly routeKey?: string;
  /** `/records/{pk}`, otherwise. */
  readonly resource?: string;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null;
}

/** The route's template with the names of its parameters in their places, and their values by these names. */
export interface RoutePath {
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}

/**
 * API Gateway has matched the route already, so the router is given the template (`/records/pk`) and not the path: a record's
 * key may hold `/`, `#`, `%`, `..` or nothing but blanks, none of which survives a URL parser, and the path may begin with
 * the name of a stage. undefined for a catch-all route, whose path is all there is.
 */
export function routePath(event: RoutedEvent): RoutePath | undefined {
  const template = event.version === '2.0' ? event.routeKey?.split(' ')[1] : event.resource;
  if (template === undefined || template.includes('+}')) return undefined;
  const decode = event.version === undefined ? decodeRest : decodeHttp;
  const given = Object.entries(event.pathParameters ?? {});
  return {
    path: template.replace(/\{([^{}]+)\}/g, '$1'),
    values: Object.fromEntries(given.map(([name, value = '']) => [name, decode(value)])),
  };
}

/** HTTP APIs decode everything but `%25`. */
function decodeHttp(value: string): string {
  return value.replaceAll('%25', '%');
}

/** REST APIs hand parameters over as they came. */
function decodeRest(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
