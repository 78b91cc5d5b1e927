import { ownUrl } from './own-url';
import { json } from './response';
import { Routes } from './router';

const PATH = '/openapi.json';
const CACHED = { 'cache-control': 'public, max-age=300' };

/**
 * Shows the OpenAPI document, with the address under which it was asked for.
 * @param read the document as the build has left it: read when it is asked for, not when the function starts
 */
export function documentRoute(read: () => string): Routes {
  return {
    [`GET ${PATH}`]: ({ event }) => {
      const { openapi, info, ...others } = JSON.parse(read()) as Record<string, unknown>;
      return json({ openapi, info, servers: [{ url: ownUrl(event, PATH) }], ...others }, 200, CACHED);
    },
  };
}
