import { RouteGroup, ROUTES } from './routes';

/** What a caller needs who may call the routes of a group, as `execute-api` resources below the stage: `GET/uploads/*`. */
export function callsOf(group: RouteGroup): string[] {
  const calls = ROUTES.filter((route) => route.group === group)
    .map(({ method, path }) => `${method}${path.replace(/\{[^{}]+\}/g, '*')}`);
  // In IAM a star stands for slashes, too.
  const covers = (wide: string, narrow: string) => wide !== narrow && wide.endsWith('*') && narrow.startsWith(wide.slice(0, -1));
  return [...new Set(calls)].filter((call) => !calls.some((other) => covers(other, call)));
}
