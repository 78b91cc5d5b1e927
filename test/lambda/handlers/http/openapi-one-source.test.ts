import { Parameter, Schema } from '../../../../lambda-src/handlers/http/openapi/operation';
import { operationOf } from '../../../../lambda-src/handlers/http/openapi/operations';
import { IDEMPOTENCY_KEY, PATH_PARAMETERS } from '../../../../lambda-src/handlers/http/openapi/parameters';
import { RouteModel, ROUTES } from '../../../../src/private/api/routes';
import { ApiWorld } from '../../../support/fakes/api-world';
import { answer, HttpCall, httpEvent, LAMBDA_CONTEXT } from '../../../support/http-events';

const CSV = { 'content-type': 'text/csv' };

let call: (route: RouteModel, options: HttpCall) => Promise<{ status: number; body: unknown }>;

beforeEach(async () => {
  const world = new ApiWorld();
  const send = async (routeKey: string, options: HttpCall) => answer(await world.handler(httpEvent(routeKey, options), LAMBDA_CONTEXT));
  const session = (await send('POST /uploads/sessions', {})).body as { url: string };
  const params = {
    ...Object.fromEntries(Object.keys(PATH_PARAMETERS).map((name) => [name, '1'])),
    token: session.url.split('/').at(-1)!,
  };
  call = async ({ method, path }, options) => send(`${method} ${path}`, { params: named(path, params), ...options });
});
afterEach(() => jest.restoreAllMocks());

function named(path: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, values[name]]));
}

/** The schema, or those that it is a choice of. */
function alternatives(schema: Schema): Schema[] {
  const { def } = schema._zod as unknown as { def: { type: string; options?: Schema[] } };
  return def.type === 'union' ? def.options! : [schema];
}

const isInQuery = (parameter: Parameter) => parameter.in === 'query' && parameter.style !== 'deepObject';
const ALL = ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const);
const WITH_BODY = ALL.filter(([, route]) => operationOf(route).body);

test.each(WITH_BODY)('%s checks its body with the very schema of the document', async (_, route) => {
  const spies = alternatives(operationOf(route).body!.content['application/json']!).map((schema) => jest.spyOn(schema, 'safeParse'));
  await call(route, { body: {}, query: route.path.includes('multipartId') ? { key: 'x' } : {} });
  expect(spies.some((spy) => spy.mock.calls.length > 0)).toBe(true);
});

test.each(ALL)('%s knows the parameters of the document and no other', async (_, route) => {
  const documented = operationOf(route).parameters!.filter(isInQuery);
  const { body } = await call(route, { query: { unknown: '1' }, headers: route.id === 'UploadInline' ? CSV : undefined, body: route.method === 'GET' ? undefined : {} });
  const known = /the query is invalid: it takes (.*)/.exec((body as { detail?: string } | null)?.detail ?? '')?.[1].split(', ');
  expect(known ?? []).toEqual(documented.map(({ name }) => name));
});

test.each(ALL)('%s checks parameters with the very schemas of the document', async (_, route) => {
  for (const { name, schema } of operationOf(route).parameters!.filter(isInQuery)) {
    const spy = jest.spyOn(schema, 'safeParse');
    await call(route, { query: { [name]: '1' }, headers: CSV, body: route.method === 'GET' ? undefined : 'x' });
    expect({ name, calls: spy.mock.calls.length > 0 }).toEqual({ name, calls: true });
    spy.mockRestore();
  }
});

test.each(ALL)('%s checks its Idempotency-Key with the very schema of the document, if it has one', async (_, route) => {
  const spy = jest.spyOn(IDEMPOTENCY_KEY.schema, 'safeParse');
  await call(route, { headers: { 'idempotency-key': 'k' }, body: route.method === 'GET' ? undefined : {} });
  expect(spy.mock.calls.length > 0).toBe(operationOf(route).parameters!.includes(IDEMPOTENCY_KEY));
});
