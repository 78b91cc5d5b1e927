import { Token } from 'aws-cdk-lib';
import { Column } from '../ingest/column';
import { compiled } from './columns/column-rules';
import { METADATA_VARIABLE, RecordModel } from './contract';
import { namesInTemplate } from './ingest/key-template';
import { firstDuplicate, invalid, validateInteger } from './validation';

/**
 * The answer that starts an upload is kept for those who ask again, in one item of DynamoDB, which holds 400 KB. A signed form has
 * 3 to 5 KB, most of it the function's session token, twice; in the worst case it has 7.
 */
export const MAX_FILES = 50;
/** It is an environment variable, of which a function has 4 KB in all. */
const MAX_PATTERN = 500;
/** As many entries as metadata may have (lambda-src/domain). */
const MAX_METADATA_COLUMNS = 20;

export function validateMaxFiles(maxFiles: number): void {
  validateInteger('maxFiles', maxFiles, 1, MAX_FILES);
}

export function validateFileNamePattern(pattern: string | undefined): void {
  if (pattern === undefined || Token.isUnresolved(pattern)) return;
  if (pattern === '' || pattern.length > MAX_PATTERN) {
    invalid('INVALID_PATTERN', `'fileNamePattern' must have 1 to ${MAX_PATTERN} characters, got ${pattern.length}`);
  }
  if (compiled(pattern) === undefined) invalid('INVALID_PATTERN', `'fileNamePattern' must be a regular expression, got '${pattern}'`);
}

export function validateMetadata(columns: readonly Column[] | undefined): void {
  if (!columns) return;
  if (columns.length > MAX_METADATA_COLUMNS) {
    invalid('TOO_MANY_COLUMNS', `'metadata' must have at most ${MAX_METADATA_COLUMNS} columns, got ${columns.length}`);
  }
  const names = columns.map(({ name }) => name);
  const twice = firstDuplicate(names);
  if (twice !== undefined) invalid('DUPLICATE_COLUMN', `'metadata' must not name a column twice, got '${twice}' more than once`);
  for (const { name, type, aliases, computed, unique } of columns.map((column) => column._toModel())) {
    if (type === 'stringSet' || type === 'json' || computed !== undefined) {
      const kind = computed === undefined ? type : 'computed';
      invalid('INVALID_METADATA', `'metadata' must not have a ${kind} column, since its values are texts of the client, got '${name}'`);
    }
    if (aliases !== undefined || unique) {
      invalid('INVALID_METADATA', `'metadata' must not have a column with '${unique ? 'unique' : 'aliases'}', which is for files, got '${name}'`);
    }
  }
  if (names.includes('__proto__')) {
    invalid('RESERVED_COLUMN', "'metadata' must not name a column that the AWS SDK cannot read back from a table, got '__proto__'");
  }
}

/** Where metadata is declared, nothing else can be what a column is computed from. */
export function validateComputedMetadata({ columns }: RecordModel, metadata: readonly Column[] | undefined): void {
  if (!metadata) return;
  const known = metadata.map(({ name }) => METADATA_VARIABLE + name);
  for (const { name, computed = '' } of columns ?? []) {
    const unknown = namesInTemplate(computed).find((variable) => variable.startsWith(METADATA_VARIABLE) && !known.includes(variable));
    if (unknown !== undefined) {
      invalid('UNKNOWN_METADATA', `'metadata' must have what the column '${name}' is computed from, '${unknown.slice(METADATA_VARIABLE.length)}', got ${
        metadata.map((column) => `'${column.name}'`).join(', ') || 'no columns'}`);
    }
  }
}
