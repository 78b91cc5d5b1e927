import { engineEndpoint, targetsRealAccount } from './settings';

/** Not parsed as a URL: the engine also gives out hosts that end in an IP address, which no URL may have. */
const API_URL = /^https?:\/\/([a-z0-9]+)\.execute-api\.[^/?]+(.*)$/;

/**
 * The address under which an API of a stack can be reached. A stack outputs what AWS would serve,
 * `https://{apiId}.execute-api.{region}.amazonaws.com/{stage}`; the engine serves the same API under a path of its own.
 * Without a stage in the path the engine takes `$default`, as AWS does.
 */
export function reachableUrl(url: string): string {
  const api = API_URL.exec(url);
  if (targetsRealAccount() || !api) return url;
  const [, apiId, path] = api;
  return `${engineEndpoint()}/_aws/execute-api/${apiId}${path}`.replace(/\/$/, '');
}

export type StackOutputs = Readonly<Record<string, string>>;

export function reachableOutputs(outputs: StackOutputs): StackOutputs {
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, reachableUrl(value)]));
}
