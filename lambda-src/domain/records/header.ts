import { Attribute, CSV, ColumnModel, EXPIRY_ATTRIBUTE, INDEX_PREFIX, MAX_COLUMN_NAME, RecordModel } from '../../../src/private/contract';
import { columnFinder } from '../../../src/private/ingest/header-names';
import { namesInTemplate } from '../../../src/private/ingest/key-template';
import { listOf, quote } from '../rejects/reject';
import { UploadFailure } from '../rejects/upload-failure';
import { isKeyVariable } from './record-key';

/** How a record's attribute gets its value. */
export interface ColumnBinding {
  readonly name: string;
  /** Where the field is in a row; null: the file lacks the column, which has a default or is computed. */
  readonly position: number | null;
  /** null: not declared, kept as text. */
  readonly column: ColumnModel | null;
}

/** Matches a header with the model: the bindings in the order of the file, then those with a default only, then the computed ones. */
export function readHeader(header: readonly string[], model: RecordModel): ColumnBinding[] {
  const names = header.map((name) => name.trim());
  refuseAbsurdNames(names);
  refuseDuplicates(names);

  const all = model.columns ?? [];
  const declared = all.filter((column) => column.computed === undefined);
  const find = columnFinder(declared, model.looseHeader);
  const columns = names.map(find);
  refuseAmbiguous(names, columns);

  const taken = new Set(all.map((column) => column.name));
  const keepsUnknown = model.columns === null || model.unknownColumns === 'keep';
  const bindings: ColumnBinding[] = [];
  const unknown: string[] = [];
  columns.forEach((column, position) => {
    const name = names[position];
    if (column) bindings.push({ name: column.name, position, column });
    else if (keepsUnknown) bindings.push({ name: name || inventName(position, names, taken), position, column: null });
    else unknown.push(name ? quote(name) : `column ${position + 1} without a name`);
  });
  for (const column of declared) {
    if (column.default !== undefined && !columns.includes(column)) bindings.push({ name: column.name, position: null, column });
  }

  const computed = all.filter((column) => column.computed !== undefined);
  if (model.unknownColumns !== 'ignore') refuseComputed(names, computed, model.looseHeader);
  bindings.push(...computed.map((column) => ({ name: column.name, position: null, column })));

  refuseMissing(bindings, model, names);
  if (unknown.length > 0 && model.unknownColumns === 'fail') refuseUnknown(unknown, declared.map(({ name }) => name));
  refuseReserved(bindings);
  return bindings;
}

function refuseAbsurdNames(names: readonly string[]): void {
  const position = names.findIndex((name) => name.length > MAX_COLUMN_NAME);
  if (position < 0) return;
  throw new UploadFailure('MALFORMED_CSV',
    `the name of column ${position + 1} has more than ${MAX_COLUMN_NAME} characters: is the first line a header?`);
}

function refuseDuplicates(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new UploadFailure('DUPLICATE_COLUMN', `the header has ${quote(name)} more than once`);
    if (name) seen.add(name);
  }
}

/** Two names of one column, such as its own and an alias: nobody can tell which is meant. */
function refuseAmbiguous(names: readonly string[], columns: readonly (ColumnModel | undefined)[]): void {
  const positions = new Map<ColumnModel, number>();
  columns.forEach((column, position) => {
    if (!column) return;
    const first = positions.get(column);
    if (first !== undefined) {
      throw new UploadFailure('DUPLICATE_COLUMN',
        `the header has ${quote(names[first])} and ${quote(names[position])}, which are both the column ${quote(column.name)}`);
    }
    positions.set(column, position);
  });
}

/** A file must not take over what the pipeline says about it, and its own value must not be lost without a word. */
function refuseComputed(names: readonly string[], computed: readonly ColumnModel[], loose: boolean | undefined): void {
  const find = columnFinder(computed, loose);
  const clashing = names.filter((name) => find(name) !== undefined);
  if (clashing.length > 0) throw new UploadFailure('RESERVED_COLUMN', `the header has ${listOfNames(clashing)}, which is no column of a file but computed`);
}

/** Required columns, and what the key is made of: without those every single row would be rejected. */
function refuseMissing(bindings: readonly ColumnBinding[], model: RecordModel, names: readonly string[]): void {
  const { columns, keys } = model;
  const bound = new Set(bindings.map(({ name }) => name));
  const required = (columns ?? []).filter((column) => column.required).map((column) => column.name);
  const inKeys = [keys.partitionKey, keys.sortKey].flatMap(namesInTemplate).filter((name) => !isKeyVariable(name));
  const missing = [...new Set([...required, ...inKeys])].filter((name) => !bound.has(name));
  if (missing.length === 0) return;
  // A title above the header, or another case, is seen at once.
  const got = names.length === 0 ? '' : `, got ${listOfNames(names)}`;
  throw new UploadFailure('MISSING_COLUMN', `the header lacks ${listOfNames(missing)}${got}${delimiterHint(names, model)}`);
}

/** Spreadsheets write other separators in countries with a decimal comma, and the whole header is then one name. */
function delimiterHint(names: readonly string[], { formats = [CSV] }: RecordModel): string {
  const [only] = names;
  const declared = formats.flatMap((format) => (format.kind === 'csv' ? [format.delimiter] : []));
  // Where it is detected, the header has no other.
  if (names.length > 1 || declared.length === 0 || declared.includes(null)) return '';
  const delimiter = [',', ';', '\t', '|'].find((candidate) => !declared.includes(candidate) && only.includes(candidate));
  if (delimiter === undefined) return '';
  const separators = declared.map((one) => PLURALS.get(one!) ?? quote(one!)).join(' or ');
  return `; it seems to be separated by ${delimiter === '\t' ? 'tabs' : quote(delimiter)}, and only ${separators} separate columns`;
}

const PLURALS = new Map([[',', 'commas'], [';', 'semicolons'], ['\t', 'tabs'], ['|', 'bars']]);

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
function inventName(position: number, names: readonly string[], taken: ReadonlySet<string>): string {
  let name = `column_${position + 1}`;
  while (names.includes(name) || taken.has(name)) name += '_';
  return name;
}

function listOfNames(names: readonly string[]): string {
  return listOf(names.map(quote));
}
