import { isKeyVariable } from './record-key';
import { listOf, quote } from './reject';
import { UploadFailure } from './upload-failure';
import { Attribute, ColumnModel, EXPIRY_ATTRIBUTE, INDEX_PREFIX, RecordModel } from '../../src/private/contract';
import { namesInTemplate } from '../../src/private/key-template';

/** How a record's attribute gets its value. */
export interface ColumnBinding {
  readonly name: string;
  /** Where the field is in a row; null: the file lacks the column, which has a default. */
  readonly position: number | null;
  /** null: not declared, kept as text. */
  readonly column: ColumnModel | null;
}

const MAX_NAME_LENGTH = 255;

/** Matches a file's header with the model: the bindings in the order of the file, then those with a default only. */
export function readHeader(header: readonly string[], model: RecordModel): ColumnBinding[] {
  const names = header.map((name) => name.trim());
  refuseAbsurdNames(names);
  refuseDuplicates(names);

  const declared = new Map((model.columns ?? []).map((column) => [column.name, column]));
  const keepsUnknown = model.columns === null || model.unknownColumns === 'keep';
  const bindings: ColumnBinding[] = [];
  const unknown: string[] = [];
  names.forEach((name, position) => {
    const column = declared.get(name);
    if (column) bindings.push({ name, position, column });
    else if (keepsUnknown) bindings.push({ name: name || inventName(position, names, declared), position, column: null });
    else unknown.push(name ? quote(name) : `column ${position + 1} without a name`);
  });
  for (const column of declared.values()) {
    if (column.default !== undefined && !names.includes(column.name)) bindings.push({ name: column.name, position: null, column });
  }

  refuseMissing(bindings, model, names);
  if (unknown.length > 0 && model.unknownColumns === 'fail') refuseUnknown(unknown, [...declared.keys()]);
  refuseReserved(bindings);
  return bindings;
}

function refuseAbsurdNames(names: readonly string[]): void {
  const position = names.findIndex((name) => name.length > MAX_NAME_LENGTH);
  if (position < 0) return;
  throw new UploadFailure('MALFORMED_CSV',
    `the name of column ${position + 1} has more than ${MAX_NAME_LENGTH} characters: is the first line a header?`);
}

function refuseDuplicates(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new UploadFailure('DUPLICATE_COLUMN', `the header has ${quote(name)} more than once`);
    if (name) seen.add(name);
  }
}

/** Required columns, and what the key is made of: without those every single row would be rejected. */
function refuseMissing(bindings: readonly ColumnBinding[], { columns, keys }: RecordModel, names: readonly string[]): void {
  const bound = new Set(bindings.map(({ name }) => name));
  const required = (columns ?? []).filter((column) => column.required).map((column) => column.name);
  const inKeys = [keys.partitionKey, keys.sortKey].flatMap(namesInTemplate).filter((name) => !isKeyVariable(name));
  const missing = [...new Set([...required, ...inKeys])].filter((name) => !bound.has(name));
  if (missing.length > 0) throw new UploadFailure('MISSING_COLUMN', `the header lacks ${listOfNames(missing)}${delimiterHint(names)}`);
}

/** Spreadsheets write other separators in countries with a decimal comma, and the whole header is then one name. */
function delimiterHint(names: readonly string[]): string {
  const [only] = names;
  const delimiter = names.length > 1 ? undefined : [';', '\t', '|'].find((candidate) => only.includes(candidate));
  if (delimiter === undefined) return '';
  return `; it seems to be separated by ${delimiter === '\t' ? 'tabs' : `'${delimiter}'`}, and only commas separate columns`;
}

function refuseUnknown(unknown: readonly string[], declared: readonly string[]): never {
  throw new UploadFailure('UNKNOWN_COLUMN', `the header has ${listOf(unknown)}; the known columns are ${listOfNames(declared)}`);
}

/** The AWS SDK for JavaScript loses the value of an attribute with this name when it reads an item, and nobody could list it. */
const UNREADABLE = '__proto__';

function refuseReserved(bindings: readonly ColumnBinding[]): void {
  const ours: readonly string[] = [...Object.values(Attribute), EXPIRY_ATTRIBUTE, UNREADABLE];
  const reserved = bindings.map(({ name }) => name).filter((name) => ours.includes(name) || name.startsWith(INDEX_PREFIX));
  if (reserved.length > 0) throw new UploadFailure('RESERVED_COLUMN', `the header has ${listOfNames(reserved)}, which cannot be the name of a column`);
}

/** A name for a column without one, which no other column has. */
function inventName(position: number, names: readonly string[], declared: ReadonlyMap<string, ColumnModel>): string {
  let name = `column_${position + 1}`;
  while (names.includes(name) || declared.has(name)) name += '_';
  return name;
}

function listOfNames(names: readonly string[]): string {
  return listOf(names.map(quote));
}
