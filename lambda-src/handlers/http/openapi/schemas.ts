import * as z from 'zod/mini';
import { Json, Schema } from './operation';

type Options = NonNullable<Parameters<typeof z.toJSONSchema>[1]>;
type Override = NonNullable<Options['override']>;

/** Where a schema with a name is found in the document. */
export function reference(name: string): string {
  return `#/components/schemas/${name}`;
}

/** More members may follow in an answer, so only what says so itself is closed. A format says the same as zod's expression for it. */
const openAndReadable: Override = ({ zodSchema, jsonSchema: json }) => {
  const { def } = zodSchema._zod;
  if (def.type === 'object' && def.catchall === undefined) delete json.additionalProperties;
  if (json.format !== undefined) delete json.pattern;
  delete json.propertyNames;
};

/** Every schema that has a name, by it. */
export function jsonSchemas(): Json {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { uri: reference, override: openAndReadable });
  return Object.fromEntries(Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]));
}

/** A schema where it is used: a reference to it if it has a name. */
export function jsonSchema(schema: Schema): Json {
  const id = z.globalRegistry.get(schema)?.id;
  if (id !== undefined) return { $ref: reference(id) };
  const { $schema: _, ...json } = z.toJSONSchema(schema, { override: openAndReadable });
  return json;
}
