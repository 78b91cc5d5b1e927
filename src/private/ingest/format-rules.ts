import { Token } from 'aws-cdk-lib';
import { CSV_CONTENT_TYPES, ColumnModel, CsvModel, FormatModel, MAX_COLUMN_NAME, RecordModel } from '../contract';
import { firstDuplicate, invalid, validateInteger } from '../validation';
import { columnFinder } from './header-names';
import { namesInTemplate } from './key-template';

/** One code unit of UTF-16, which readers count on, and nothing that a value is made of. */
const CHARACTER = /^[^\p{L}\p{N}\p{Cs}\r\n\0\ufeff]$/u;

const DETECTED = [',', ';', '\t', '|'];

/** Checks a character that has a meaning in a file. */
export function validateCharacter(property: string, character: string): void {
  if (character.length !== 1 || !CHARACTER.test(character)) {
    invalid('INVALID_CHARACTER', `'${property}' must be one character, and no letter, digit or end of a line, got '${character}'`);
  }
}

export function validateCsv(format: CsvModel): CsvModel {
  const { delimiter, quote, escape, comment, preambleLines, header } = format;
  if (comment !== null) validateCharacter('comment', comment);
  const roles = Object.entries({ delimiter, quote, escape: quote === null || quote === escape ? null : escape, comment });
  const given = roles.filter(([, character]) => character !== null);
  const twice = firstDuplicate(given.map(([, character]) => character!));
  if (twice !== undefined) {
    const names = given.filter(([, character]) => character === twice).map(([role]) => `'${role}'`);
    invalid('SAME_CHARACTER', `${names.join(' and ')} must be different characters, got '${twice}' for both`);
  }
  if (delimiter === null && comment !== null && DETECTED.includes(comment)) {
    invalid('SAME_CHARACTER', `'comment' must be none of the characters that Delimiter.DETECTED finds, got '${comment}'`);
  }
  validateInteger('preambleLines', preambleLines, 0, 1000);
  if (header !== null) validateHeader(header);
  return format;
}

function validateHeader(header: readonly string[]): void {
  if (Token.isUnresolved(header)) return;
  if (header.length === 0) invalid('INVALID_HEADER', "'header' must name at least one column, got none");
  const bad = header.find((name) => !Token.isUnresolved(name) && (name === '' || name !== name.trim() || name.length > MAX_COLUMN_NAME));
  if (bad !== undefined) {
    invalid('INVALID_HEADER', `'header' must be names of 1 to ${MAX_COLUMN_NAME} characters without white space around them, got '${bad}'`);
  }
  const twice = firstDuplicate(header);
  if (twice !== undefined) invalid('INVALID_HEADER', `'header' must not name a column twice, got '${twice}' more than once`);
}

type Kind = 'csv' | 'tsv' | 'ndjson' | 'json';

/** What tells formats apart, by a file's name or content type. */
function kindOf(format: FormatModel): Kind {
  return format.kind === 'csv' && format.delimiter === '\t' ? 'tsv' : format.kind;
}

export function validateFormats({ formats, columns, unknownColumns, looseHeader, keys }: RecordModel): void {
  if (formats === undefined) return;
  if (formats.length === 0) invalid('NO_FORMATS', "'formats' must name at least one format, got none");
  const twice = firstDuplicate(formats.map(kindOf));
  if (twice !== undefined) {
    invalid('SAME_FORMATS', `'formats' must be told apart by the names of files, got ${twice} more than once; Delimiter.DETECTED finds out which of several a file has`);
  }
  if (columns === null) return;
  for (const format of formats) {
    if (format.kind === 'csv' && format.header !== null) validateFixedHeader(format.header, { columns, unknownColumns, looseHeader, keys });
  }
}

type Schema = Pick<RecordModel, 'unknownColumns' | 'looseHeader' | 'keys'> & { readonly columns: readonly ColumnModel[] };

/** A header that is no part of the file is known now, and what would fail every file is refused. */
function validateFixedHeader(header: readonly string[], { columns, unknownColumns, looseHeader, keys }: Schema): void {
  const find = columnFinder(columns, looseHeader);
  const found = header.map(find);
  const lastly = found.findIndex((column, at) => column !== undefined && found.indexOf(column) !== at);
  if (lastly >= 0) invalid('INVALID_HEADER', `'header' must not name a column twice, got '${header[lastly]}' for '${found[lastly]!.name}'`);
  const computed = header.find((name) => find(name)?.computed !== undefined);
  if (computed !== undefined) invalid('INVALID_HEADER', `'header' must not name a computed column, got '${computed}'`);
  const unknown = header.find((name) => find(name) === undefined);
  if (unknown !== undefined && unknownColumns === 'fail') {
    invalid('INVALID_HEADER', `'header' must only name columns of the schema, got '${unknown}'; UnknownColumns.IGNORE leaves others out`);
  }
  const inKeys = [keys.partitionKey, keys.sortKey].flatMap(namesInTemplate);
  const missing = columns.find((column) => (column.required || inKeys.includes(column.name))
    && column.default === undefined && column.computed === undefined && !found.includes(column));
  if (missing) invalid('INVALID_HEADER', `'header' must name the column '${missing.name}', which every record needs`);
}

const CONTENT_TYPES: Readonly<Record<Kind, readonly string[]>> = {
  csv: CSV_CONTENT_TYPES,
  tsv: ['text/tab-separated-values', 'text/plain'],
  ndjson: ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'],
  json: ['application/json'],
};
const PACKED_CONTENT_TYPES = ['application/gzip', 'application/x-gzip', 'application/zstd'];

/** What clients call files of the formats, packed or not. */
export function contentTypesOf(formats: readonly FormatModel[] | undefined): string[] {
  const kinds: readonly Kind[] = formats?.map(kindOf) ?? ['csv'];
  return [...new Set([...kinds.flatMap((kind) => CONTENT_TYPES[kind]), ...PACKED_CONTENT_TYPES])];
}
