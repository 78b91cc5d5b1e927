import * as z from 'zod/mini';
import { RouteModel } from '../../../../src/private/api/routes';
import { Json, Schema } from './operation';
import { operationOf } from './operations';

/** API Gateway checks the bodies of this content type with a model. */
const CHECKED = 'application/json';

/** What API Gateway's validator understands (draft 4), and what a request cannot be refused for by mistake. */
const KEYWORDS = new Set([
  '$schema', 'type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'anyOf', 'oneOf', 'allOf', 'not',
  'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties',
]);

/** JSON schemas of request bodies by route id, for the models of a REST API. Names stay out: a model has no components to refer to. */
export function requestModels(routes: readonly RouteModel[]): Json {
  return Object.fromEntries(routes.flatMap((route) => {
    const schema = operationOf(route).body?.content[CHECKED];
    return schema ? [[route.id, model(schema)]] : [];
  }));
}

function model(schema: Schema): unknown {
  return plain(z.toJSONSchema(schema, { target: 'draft-04', metadata: z.registry(), override: ({ jsonSchema }) => keepKnown(jsonSchema) }));
}

function keepKnown(json: Record<string, unknown>): void {
  for (const keyword of Object.keys(json)) if (!KEYWORDS.has(keyword)) delete json[keyword];
}

/** Without the members that zod adds and nobody sees. */
function plain(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json));
}
