import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromJSONSchema } from 'zod';
import * as z from 'zod/mini';
import { ERROR_STATUS, ErrorCode } from '../../../../lambda-src/domain/api-error';
import { openApiDocument } from '../../../../lambda-src/handlers/http/openapi/document';
import { operationOf, operationsWithoutRoute } from '../../../../lambda-src/handlers/http/openapi/operations';
import { PROBLEM_SCHEMAS } from '../../../../lambda-src/handlers/http/openapi/problems';
import { RouteModel, ROUTES } from '../../../../src/private/api/routes';
import { PROJECT_ROOT } from '../../../../tools/local-engine';
import { apiDocuments } from '../../../../tools/openapi';

interface Media { readonly schema?: { readonly $ref?: string; readonly oneOf?: readonly { readonly $ref: string }[] } }
interface ResponseJson {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
  readonly links?: Readonly<Record<string, { readonly operationId: string; readonly parameters: Readonly<Record<string, string>> }>>;
}
interface OperationJson {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean }[];
  readonly responses: Readonly<Record<string, ResponseJson>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationJson>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>;
    readonly responses: Readonly<Record<string, ResponseJson>>;
  };
}

/** Which only API Gateway answers with. */
const GATEWAY_TIMEOUT = 504;

const json = JSON.stringify(openApiDocument({ routes: ROUTES, version: '1.0.0' }));
const document = JSON.parse(json) as Document;
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
const operationAt = ({ method, path }: RouteModel) => document.paths[path]?.[method.toLowerCase()];

const nameIn = (reference: string) => reference.split('/').at(-1)!;

/** The codes that an operation documents with a status. */
function codesOf({ responses }: OperationJson): [number, unknown][] {
  return Object.entries(responses).flatMap(([status, response]) => {
    const { content = {} } = response.$ref ? document.components.responses[nameIn(response.$ref)] : response;
    const schema = content['application/problem+json']?.schema;
    const refs = schema === undefined ? [] : schema.oneOf ?? [schema as { $ref: string }];
    return refs.map(({ $ref }): [number, unknown] => {
      const { code } = document.components.schemas[nameIn($ref)].properties as { code: { const: string } };
      return [Number(status), code.const];
    });
  });
}

test('a validator of OpenAPI takes it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  try {
    const file = join(folder, 'openapi.json');
    writeFileSync(file, json);
    const { stdout } = await promisify(execFile)(join(PROJECT_ROOT, 'node_modules', '.bin', 'validate-api'), [file]);
    expect(JSON.parse(stdout)).toEqual({ valid: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(ROUTES.map((route) => [route.id, route] as const))('%s is in it, with every parameter of its path', (id, route) => {
  const operation = operationAt(route);
  expect(operation).toMatchObject({ operationId: id, summary: expect.any(String), description: expect.any(String) });
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  expect((operation.parameters ?? []).filter(({ in: place }) => place === 'path').map(({ name }) => name)).toEqual(names);
  expect(Object.keys(operation.responses).filter((status) => /^[23]/.test(status))).not.toEqual([]);
});

test.each(ROUTES.map((route) => [route.id, route] as const))('%s has each of its errors in it, with its own code and status', (_, route) => {
  const expected = operationOf(route).errors.map((code): [number, string] => [ERROR_STATUS[code], code]);
  const found = codesOf(operationAt(route)).filter(([status, code]) => String(code) in ERROR_STATUS && status !== GATEWAY_TIMEOUT);
  expect(found.sort()).toEqual(expected.sort());
  expect(expected).toContainEqual([500, 'INTERNAL_ERROR']);
});

test('nothing else is in it, and no id twice', () => {
  expect(operations).toHaveLength(ROUTES.length);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ROUTES.length);
  expect(operationsWithoutRoute()).toEqual([]);
});

test('a route that nobody has described fails the build', () => {
  const forgotten: RouteModel = { id: 'Forgotten', method: 'GET', path: '/forgotten', group: 'query', servedBy: 'query-api' };
  expect(() => openApiDocument({ routes: [...ROUTES, forgotten], version: '1' })).toThrow('the OpenAPI document lacks the operation Forgotten');
});

test('every code there is belongs to a route', () => {
  const documentedCodes = new Set(operations.flatMap(codesOf).map(([, code]) => code));
  expect(Object.keys(ERROR_STATUS).filter((code) => !documentedCodes.has(code))).toEqual([]);
});

test.each(Object.keys(ERROR_STATUS) as ErrorCode[])('%s has a type of its own', (code) => {
  const problem = { type: 'about:blank', title: 'Some words', status: ERROR_STATUS[code], code, detail: 'What is wrong.' };
  expect(PROBLEM_SCHEMAS[code].safeParse(problem).success).toBe(true);
  expect(PROBLEM_SCHEMAS[code].safeParse({ ...problem, code: 'OTHER' }).success).toBe(false);
  expect(PROBLEM_SCHEMAS[code].safeParse({ ...problem, status: 418 }).success).toBe(false);
});

test('only routes that ask for credentials can answer that they lack', () => {
  for (const route of ROUTES) {
    const { responses, security } = operationAt(route);
    expect([Object.keys(responses).includes('401'), security]).toEqual(route.group === 'public' ? [false, []] : [true, undefined]);
  }
});

test('examples are what their schemas describe', () => {
  const named = [...z.globalRegistry._idmap.values()];
  const examplesOf = (schema: z.core.$ZodType) => z.globalRegistry.get(schema)?.examples as unknown[] | undefined ?? [];
  const examples = named.flatMap((schema) => examplesOf(schema).map((example) => ({ schema, example })));
  expect(examples.length).toBeGreaterThan(5);
  for (const { schema, example } of examples) expect(z.parse(schema, example)).toEqual(example);
});

const KEYWORDS_NOT_IN_MODELS = /"(?:\$ref|\$defs|definitions|format|pattern|const|propertyNames|examples|description)":/;

test('models of requests have only what API Gateway knows, and take what the handlers take', () => {
  const models = JSON.parse(apiDocuments()['request-models.json']) as Readonly<Record<string, Parameters<typeof fromJSONSchema>[0]>>;
  expect(JSON.stringify(models)).not.toMatch(KEYWORDS_NOT_IN_MODELS);
  for (const route of ROUTES) {
    const schema = operationOf(route).body?.content['application/json'];
    expect(route.id in models).toBe(Boolean(schema));
    const examples = (schema ? z.globalRegistry.get(schema)?.examples : undefined) as unknown[] | undefined;
    for (const example of examples ?? []) expect(fromJSONSchema(models[route.id]).safeParse(example)).toMatchObject({ success: true });
  }
});

test('links lead to operations, and give them parameters that they have', () => {
  const links = operations.flatMap(({ responses }) => Object.values(responses).flatMap(({ links: found = {} }) => Object.values(found)));
  expect(links.length).toBeGreaterThan(5);
  for (const { operationId, parameters } of links) {
    const target = operations.find((operation) => operation.operationId === operationId);
    expect(target?.parameters?.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(parameters)));
  }
});

test('the build writes it, and the models of requests', () => {
  const { 'query-api/openapi.json': written, 'request-models.json': models } = apiDocuments();
  expect(JSON.parse(written)).toMatchObject({ openapi: '3.1.0', paths: document.paths });
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(JSON.parse(written)).toMatchObject({ info: { version } });
  expect(JSON.parse(models)).toMatchObject({ StartUpload: { $schema: 'http://json-schema.org/draft-04/schema#', anyOf: [{}, {}] } });
});
