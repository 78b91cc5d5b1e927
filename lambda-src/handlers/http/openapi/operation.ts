import type * as z from 'zod/mini';
import { ErrorCode } from '../../../domain/api-error';

/** Some JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** A schema as the OpenAPI document takes it from zod. */
export type Schema = z.ZodMiniType;

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: true;
  readonly description: string;
  readonly schema: Schema;
  readonly example?: unknown;
  /** How a value that is more than one text is written. @default - as OpenAPI does without it */
  readonly style?: 'form' | 'deepObject';
  readonly explode?: boolean;
}

export interface RequestBody {
  readonly description: string;
  readonly required: boolean;
  /** By content type; null: bytes of any kind. */
  readonly content: Readonly<Record<string, Schema | null>>;
}

export interface Answer {
  readonly description: string;
  /** Absent: an answer without a body. */
  readonly schema?: Schema;
  /** Header names and what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What can be asked next, by operation id: its parameters as runtime expressions (OpenAPI 3.1, section 4.8.20.4). */
  readonly links?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Everything that the document says of a route besides its method and path. */
export interface Operation {
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: RequestBody;
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Codes that this route can answer; those of every route are added to them. */
  readonly errors: readonly ErrorCode[];
}

/** Operations by the ids of their routes. */
export type Operations = Readonly<Record<string, Operation>>;
