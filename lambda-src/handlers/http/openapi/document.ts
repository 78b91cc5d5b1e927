import { RouteModel } from '../../../../src/private/api/routes';
import { errorsJson } from './errors-json';
import { EVERY_ANSWER, headersJson, mapEntries } from './headers-json';
import { Answer, Json, Operation, Parameter, RequestBody } from './operation';
import { operationOf } from './operations';
import { jsonSchema, jsonSchemas } from './schemas';
import { SharedResponses } from './shared-responses';

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
        + 'with a stable `code`; API Gateway answers by itself, with `{"message": …}`, to what does not reach a function. '
        + 'Who may call is for each deployment to say: with signed requests, tokens or keys, the same for all routes but those without credentials.',
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
    ...(route.group === 'public' ? { security: [] } : {}),
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

function answerJson({ description, schema, headers, links }: Answer): Json {
  return {
    description,
    headers: headersJson({ ...headers, ...EVERY_ANSWER }, true),
    ...(schema ? { content: { 'application/json': { schema: jsonSchema(schema) } } } : {}),
    ...(links ? { links: mapEntries(links, (parameters, operationId) => ({ operationId, parameters })) } : {}),
  };
}
