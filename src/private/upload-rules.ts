import { Token } from 'aws-cdk-lib';
import { compiled } from './column-rules';
import { firstDuplicate, invalid, validateInteger } from './validation';
import { Column } from '../ingest/column';

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
  if (names.includes('__proto__')) {
    invalid('RESERVED_COLUMN', "'metadata' must not name a column that the AWS SDK cannot read back from a table, got '__proto__'");
  }
}
