import { Answer, Json, Operation, Parameter, RequestBody } from './operation';
import { operationOf } from './operations';
import { ERROR_MEANINGS, gatewayAnswerSchema, PROBLEM_SCHEMAS, problemName } from './problems';
import { jsonSchema, jsonSchemas, reference } from './schemas';
import { SharedResponses } from './shared-responses';
import { RouteModel } from '../../../../src/private/routes';
import { ERROR_STATUS, ErrorCode } from '../../../domain/api-error';

/** What API Gateway answers by itself, by status: everywhere, and where it asks for credentials. */
const GATEWAY_EVERYWHERE: Readonly<Record<number, string>> = {
  429: 'Too many requests: more than the throttle of the API, or of the account, lets through.',
  500: 'API Gateway failed.',
  503: 'The function did not answer in time, or could not be called.',
};
const GATEWAY_FOR_CALLERS: Readonly<Record<number, string>> = {
  401: 'No valid credentials.',
  403: 'The credentials do not allow this call.',
};

const TAGS = {
  'Uploads': 'Start, follow, complete and give up uploads.',
  'Records': 'What became of the files: rows one can page through.',
  'Uppy': "What an unmodified Uppy client calls: Companion's routes, and one that signs.",
  'Uppy in a session': 'The same for a client that can send no header, under the URL of a session.',
  'Service': 'About the API itself.',
};

export interface DocumentOptions {
  readonly routes: readonly RouteModel[];
  readonly version: string;
}

/** The OpenAPI 3.1 document of an API with these routes; without `servers`, which only a request can tell. */
export function openApiDocument({ routes, version }: DocumentOptions): Json {
  const errors = new SharedResponses();
  const paths = pathsOf(routes, errors);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Upload and ingest API',
      version,
      description: 'Takes files from people and programs, and shows what became of them. Every error of ours is a problem document (RFC 9457) '
        + 'with a stable `code`; API Gateway answers by itself, with `{"message": …}`, to what does not reach a function.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: jsonSchemas(), responses: errors.all() },
  };
}

function pathsOf(routes: readonly RouteModel[], shared: SharedResponses): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationJson(route, operationOf(route), shared);
  }
  return paths;
}

function operationJson(route: RouteModel, operation: Operation, shared: SharedResponses): Json {
  const { tag, summary, description, parameters = [], body, answers, errors } = operation;
  return {
    operationId: route.id,
    tags: [tag],
    summary,
    description,
    ...(parameters.length > 0 ? { parameters: parameters.map(parameterJson) } : {}),
    ...(body ? { requestBody: bodyJson(body) } : {}),
    responses: { ...mapEntries(answers, answerJson), ...errorsJson(route, errors, shared) },
  };
}

function parameterJson({ schema, ...parameter }: Parameter): Json {
  return { ...parameter, schema: jsonSchema(schema) };
}

function bodyJson({ description, required, content }: RequestBody): Json {
  return { description, required, content: mapEntries(content, (schema) => (schema ? { schema: jsonSchema(schema) } : {})) };
}

const EVERY_ANSWER = { 'X-Request-Id': 'Id of the request, as the logs have it.' };
const BUSY_ANSWER = { 'Retry-After': 'Seconds to wait.' };

function headersJson(headers: Readonly<Record<string, string>>, required: boolean): Json {
  return mapEntries(headers, (description) => ({ description, required, schema: { type: 'string' } }));
}

function answerJson({ description, schema, headers, links }: Answer): Json {
  return {
    description,
    headers: headersJson({ ...headers, ...EVERY_ANSWER }, true),
    ...(schema ? { content: { 'application/json': { schema: jsonSchema(schema) } } } : {}),
    ...(links ? { links: mapEntries(links, (parameters, operationId) => ({ operationId, parameters })) } : {}),
  };
}

/** Ours and the gateway's, by status. */
function errorsJson({ group }: RouteModel, codes: readonly ErrorCode[], shared: SharedResponses): Json {
  const gateway = { ...GATEWAY_EVERYWHERE, ...(group === 'public' ? {} : GATEWAY_FOR_CALLERS) };
  const statuses = new Set([...codes.map((code) => ERROR_STATUS[code]), ...Object.keys(gateway).map(Number)]);
  return Object.fromEntries([...statuses].sort((a, b) => a - b).map((status) => (
    [status, shared.share(status, errorJson(status, codes.filter((code) => ERROR_STATUS[code] === status), gateway[status]))]
  )));
}

function errorJson(status: number, codes: readonly ErrorCode[], gateway: string | undefined): Json {
  const lines = [...codes.map((code) => `- \`${code}\`: ${ERROR_MEANINGS[code]}`), ...(gateway ? [`- API Gateway: ${gateway}`] : [])];
  return {
    description: lines.join('\n'),
    // API Gateway names the request in other ways.
    headers: headersJson({ ...EVERY_ANSWER, ...(status === ERROR_STATUS.BUSY ? BUSY_ANSWER : {}) }, gateway === undefined),
    content: {
      ...(codes.length > 0 ? { 'application/problem+json': { schema: oneOfProblems(codes) } } : {}),
      ...(gateway ? { 'application/json': { schema: jsonSchema(gatewayAnswerSchema) } } : {}),
    },
  };
}

function oneOfProblems(codes: readonly ErrorCode[]): Json {
  const [only, ...others] = codes;
  if (others.length === 0) return jsonSchema(PROBLEM_SCHEMAS[only]);
  return {
    oneOf: codes.map((code) => jsonSchema(PROBLEM_SCHEMAS[code])),
    discriminator: { propertyName: 'code', mapping: Object.fromEntries(codes.map((code) => [code, reference(problemName(code))])) },
  };
}

function mapEntries<T>(entries: Readonly<Record<string, T>>, map: (value: T, name: string) => unknown): Json {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, map(value, name)]));
}
