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

/** Who has named the columns: the header of a file, a row that brings names of its own, or the user's transform. */
export type NamesFrom = 'header' | 'row' | 'transform';

/** Who it is, for the uploader. */
export const WHOSE_NAMES: Readonly<Record<NamesFrom, string>> = {
  header: 'the header', row: 'the row', transform: 'the row that the transform made',
};

type Schema = Pick<RecordModel, 'columns' | 'looseHeader'>;

/**
 * Names columns as records do: the schema's by its own names, whatever they are called in a header, others as they are there, and
 * those without a name, too. No two are alike: the function that it returns throws UploadFailure `DUPLICATE_COLUMN` instead.
 */
export function columnNamer(model: Schema, namesFrom: NamesFrom): (header: readonly string[]) => string[] {
  const identify = columnIdentifier(model, namesFrom);
  const invent = nameInventor(model);
  return (header) => {
    const names = header.map((name) => name.trim());
    return identify(names).map((column, position) => column?.name ?? (names[position] || invent(position, names)));
  };
}

/** Matches a header with the model: the bindings in the order of the file, then those with a default only, then the computed ones. */
export function readHeader(header: readonly string[], model: RecordModel, namesFrom: NamesFrom = 'header'): ColumnBinding[] {
  const names = header.map((name) => name.trim());
  refuseAbsurdNames(names);
  const columns = columnIdentifier(model, namesFrom)(names);
  const invent = nameInventor(model);

  const keepsUnknown = model.columns === null || model.unknownColumns === 'keep';
  const nameless = namelessFrom(header, model, namesFrom);
  const bindings: ColumnBinding[] = [];
  const unknown: string[] = [];
  columns.forEach((column, position) => {
    const name = names[position];
    if (column) bindings.push({ name: column.name, position, column });
    else if (keepsUnknown) bindings.push({ name: name || invent(position, names), position, column: null });
    else if (position < nameless) unknown.push(name ? quote(name) : `column ${position + 1} without a name`);
  });
  const declared = columnsOfFiles(model);
  for (const column of declared) {
    if (column.default !== undefined && !columns.includes(column)) bindings.push({ name: column.name, position: null, column });
  }

  const computed = (model.columns ?? []).filter((column) => column.computed !== undefined);
  if (model.unknownColumns !== 'ignore') refuseComputed(names, model, computed, namesFrom);
  bindings.push(...computed.map((column) => ({ name: column.name, position: null, column })));

  refuseMissing(bindings, model, names, namesFrom);
  if (unknown.length > 0 && model.unknownColumns === 'fail') refuseUnknown(unknown, declared.map(({ name }) => name), namesFrom);
  refuseReserved(bindings, namesFrom);
  return bindings;
}

/**
 * Where those columns of a header begin, behind all that have a name, that are none as long as no row has anything there: spreadsheets
 * write them for cells that were used once. Where unknown columns do not fail a file, there are no such columns.
 */
export function namelessFrom(
  header: readonly string[], { columns, unknownColumns }: Pick<RecordModel, 'columns' | 'unknownColumns'>, namesFrom: NamesFrom,
): number {
  if (columns === null || unknownColumns !== 'fail' || namesFrom !== 'header') return header.length;
  // Nothing but such columns is no header.
  return header.findLastIndex((name) => name.trim() !== '') + 1 || header.length;
}

/** Those that are computed are in no file. */
function columnsOfFiles({ columns }: Schema): readonly ColumnModel[] {
  return (columns ?? []).filter((column) => column.computed === undefined);
}

/** Finds the columns of trimmed names; undefined: one is not declared. Throws UploadFailure for two of one column. */
function columnIdentifier(model: Schema, namesFrom: NamesFrom): (names: readonly string[]) => (ColumnModel | undefined)[] {
  const find = columnFinder(columnsOfFiles(model), model.looseHeader);
  return (names) => {
    refuseDuplicates(names, namesFrom);
    const columns = names.map(find);
    refuseAmbiguous(names, columns, namesFrom);
    return columns;
  };
}

function refuseAbsurdNames(names: readonly string[]): void {
  const position = names.findIndex((name) => name.length > MAX_COLUMN_NAME);
  if (position < 0) return;
  throw new UploadFailure('MALFORMED_CSV',
    `the name of column ${position + 1} has more than ${MAX_COLUMN_NAME} characters: is the first line a header?`);
}

function refuseDuplicates(names: readonly string[], namesFrom: NamesFrom): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new UploadFailure('DUPLICATE_COLUMN', `${WHOSE_NAMES[namesFrom]} has ${quote(name)} more than once`);
    if (name) seen.add(name);
  }
}

/** Two names of one column, such as its own and an alias: nobody can tell which is meant. */
function refuseAmbiguous(names: readonly string[], columns: readonly (ColumnModel | undefined)[], namesFrom: NamesFrom): void {
  const positions = new Map<ColumnModel, number>();
  columns.forEach((column, position) => {
    if (!column) return;
    const first = positions.get(column);
    if (first !== undefined) {
      throw new UploadFailure('DUPLICATE_COLUMN',
        `${WHOSE_NAMES[namesFrom]} has ${quote(names[first])} and ${quote(names[position])}, which are both the column ${quote(column.name)}`);
    }
    positions.set(column, position);
  });
}

/** A file must not take over what the pipeline says about it, and its own value must not be lost without a word. */
function refuseComputed(names: readonly string[], model: RecordModel, computed: readonly ColumnModel[], namesFrom: NamesFrom): void {
  const find = columnFinder(computed, model.looseHeader);
  const clashing = names.filter((name) => find(name) !== undefined);
  if (clashing.length === 0) return;
  throw new UploadFailure('RESERVED_COLUMN', `${WHOSE_NAMES[namesFrom]} has ${listOfNames(clashing)}, which is no column of a file but computed`);
}

/** Required columns, and what the key is made of: without those every single row would be rejected. */
function refuseMissing(bindings: readonly ColumnBinding[], model: RecordModel, names: readonly string[], namesFrom: NamesFrom): void {
  const { columns, keys } = model;
  const bound = new Set(bindings.map(({ name }) => name));
  const required = (columns ?? []).filter((column) => column.required).map((column) => column.name);
  const inKeys = [keys.partitionKey, keys.sortKey].flatMap(namesInTemplate).filter((name) => !isKeyVariable(name));
  const missing = [...new Set([...required, ...inKeys])].filter((name) => !bound.has(name));
  if (missing.length === 0) return;
  // A title above the header, or another case, is seen at once.
  const got = names.length === 0 ? '' : `, got ${listOfNames(names)}`;
  const hint = namesFrom === 'header' ? delimiterHint(names, model) : '';
  throw new UploadFailure('MISSING_COLUMN', `${WHOSE_NAMES[namesFrom]} lacks ${listOfNames(missing)}${got}${hint}`);
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

function refuseUnknown(unknown: readonly string[], declared: readonly string[], namesFrom: NamesFrom): never {
  throw new UploadFailure('UNKNOWN_COLUMN', `${WHOSE_NAMES[namesFrom]} has ${listOf(unknown)}; the known columns are ${listOfNames(declared)}`);
}

/** The AWS SDK for JavaScript loses the value of an attribute with this name when it reads an item, and nobody could list it. */
const UNREADABLE = '__proto__';

function refuseReserved(bindings: readonly ColumnBinding[], namesFrom: NamesFrom): void {
  const ours: readonly string[] = [...Object.values(Attribute), EXPIRY_ATTRIBUTE, UNREADABLE];
  const reserved = bindings.map(({ name }) => name).filter((name) => ours.includes(name) || name.startsWith(INDEX_PREFIX));
  if (reserved.length === 0) return;
  throw new UploadFailure('RESERVED_COLUMN', `${WHOSE_NAMES[namesFrom]} has ${listOfNames(reserved)}, which cannot be the name of a column`);
}

/** Names a column without a name as no other is called, nor could be found by an alias or in another spelling. */
function nameInventor({ columns, looseHeader }: Schema): (position: number, names: readonly string[]) => string {
  const find = columnFinder(columns ?? [], looseHeader);
  // What is compared loosely would be the same with a line behind it.
  const more = looseHeader ? '_2' : '_';
  return (position, names) => {
    let name = `column_${position + 1}`;
    while (names.includes(name) || find(name) !== undefined) name += more;
    return name;
  };
}

function listOfNames(names: readonly string[]): string {
  return listOf(names.map(quote));
}
