import { ParseField, compileColumn, keepText } from './column-types';
import { ColumnBinding, readHeader } from './header';
import { asIndexKey, exceeds } from './index-keys';
import { positionPrefix, rowPosition } from './position';
import { FileVariables, compileKeyTemplate } from './record-key';
import { Problem, Reject, quote, rejectField, rejectRow } from './reject';
import { shardOf } from './shard';
import { tenantPrefix } from './tenant-key';
import { UploadFailure } from './upload-failure';
import { MAX_NUMBER_BYTES, WireItem, WireValue, emptyItem, itemSize, wireText } from './wire';
import {
  Attribute, EXPIRY_ATTRIBUTE, INDEX_PREFIX, MAX_ITEM_BYTES, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES, RecordModel,
} from '../../src/private/contract';

/** What records take from their upload and from the table they go to. */
export interface RecordContext extends FileVariables {
  /** The table's key attributes. */
  readonly keyNames: { readonly partitionKey: string; readonly sortKey: string };
  /** Partitions of the table's recent index; 0: it has none. */
  readonly shards: number;
  /** Rows of the upload's files before this one, after which the numbers in keys and positions go on. */
  readonly rowsBefore: number;
  /** Whose the records are. */
  readonly tenantId: string;
  /** When the records may go, in epoch seconds; null: never. */
  readonly expiresAt: number | null;
}

export interface BuiltRecord {
  readonly item: WireItem;
  /** The item as DynamoDB's API takes it. */
  readonly json: string;
  /** The same for two records if and only if their partition key and sort key are. */
  readonly key: string;
  /** The keys as the table has them. */
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Where the record is in time order: of two of one upload, the earlier row has the greater one. */
  readonly position: string;
}

export interface RecordBuilder {
  /** Turns a row into a record or a reject (`'item' in built` tells which). The first row below the header is 1. */
  build(row: number, fields: readonly string[]): BuiltRecord | Reject;
}

const NOT_IN_KEY = new Problem('EMPTY_KEY', "not be empty: the record's key is made of it");

/** Compiles model and header once, so that a row costs little more than its item. Throws UploadFailure like `readHeader`. */
export function createRecordBuilder(model: RecordModel, header: readonly string[], context: RecordContext): RecordBuilder {
  const { keyNames, shards, rowsBefore, expiresAt } = context;
  const tenant = tenantPrefix(model, context.tenantId);
  const tenantBytes = Buffer.byteLength(tenant);
  const indexes = model.tenancy ? model.indexes : [];
  const bindings = readHeader(header, model);
  refuseLosingColumns(bindings, model, keyNames);

  const columns = bindings.filter(({ position }) => position !== null).map((binding) => compileBinding(binding, model, tenantBytes));
  const defaults = bindings.filter(({ position }) => position === null).flatMap((binding) => defaultOf(binding, model, tenantBytes));
  const partitionKey = compileKeyTemplate(model.keys.partitionKey, context);
  const sortKey = compileKeyTemplate(model.keys.sortKey, context);
  const prefix = positionPrefix(context.uploadedAt, context.uploadId);
  const overhead = largestOverhead(bindings, keyNames, indexes);
  const mostPartitionBytes = MAX_PARTITION_KEY_BYTES - tenantBytes;

  return {
    build(row, fields) {
      if (fields.length !== header.length) return wrongFieldCount(row, fields, header.length);

      const item = emptyItem();
      let characters = 0;
      for (const { name, position, parse } of columns) {
        const text = fields[position];
        const value = parse(text);
        if (value === undefined) continue;
        if (value instanceof Problem) return rejectField(row, fields, name, value, text);
        item[name] = value;
        characters += text.length;
      }
      for (const { name, value } of defaults) item[name] = value;

      const number = rowsBefore + row;
      const partition = partitionKey.render(item, number);
      if (partition === undefined) return emptyKey(row, fields, 'partition key', partitionKey.missingFrom(item, number));
      const sort = sortKey.render(item, number);
      if (sort === undefined) return emptyKey(row, fields, 'sort key', sortKey.missingFrom(item, number));
      if (exceeds(partition, mostPartitionBytes)) return keyTooLong(row, fields, 'partition key', mostPartitionBytes, partition);
      if (exceeds(sort, MAX_SORT_KEY_BYTES)) return keyTooLong(row, fields, 'sort key', MAX_SORT_KEY_BYTES, sort);

      for (const index of indexes) {
        const value = item[index.partitionKey];
        if (value !== undefined) item[INDEX_PREFIX + index.name] = { S: tenant + wireText(value) };
      }
      item[keyNames.partitionKey] = { S: tenant + partition };
      item[keyNames.sortKey] = { S: sort };
      const position = rowPosition(prefix, number);
      item[Attribute.POSITION] = { S: position };
      if (shards > 0) item[Attribute.LIST] = { S: tenant + shardOf(`${partition}\u0000${sort}`, shards) };
      if (expiresAt !== null) item[EXPIRY_ATTRIBUTE] = { N: String(expiresAt) };

      // Counting bytes costs as much as typing the row, and hardly a row comes near the limit.
      if (overhead + characters * 3 > MAX_ITEM_BYTES && itemSize(item) > MAX_ITEM_BYTES) return recordTooLarge(row, fields, itemSize(item));
      const key = `${partition.length}:${partition}${sort}`;
      return { item, json: JSON.stringify(item), key, partitionKey: tenant + partition, sortKey: sort, position };
    },
  };
}

interface Column {
  readonly name: string;
  readonly position: number;
  readonly parse: ParseField;
}

function compileBinding({ name, position, column }: ColumnBinding, { indexes }: RecordModel, tenantBytes: number): Column {
  const parse = column === null ? keepText : compileColumn(column);
  return { name, position: position ?? -1, parse: asIndexKey(name, indexes, parse, tenantBytes) };
}

/** The constant of a column that the file lacks. */
function defaultOf(binding: ColumnBinding, model: RecordModel, tenantBytes: number): { name: string; value: WireValue }[] {
  const value = compileBinding(binding, model, tenantBytes).parse('');
  return value === undefined || value instanceof Problem ? [] : [{ name: binding.name, value }];
}

/** A column with the name of a key attribute would be overwritten by the key, unless the key is just that column. */
function refuseLosingColumns(bindings: readonly ColumnBinding[], { keys }: RecordModel, names: RecordContext['keyNames']): void {
  for (const { name } of bindings) {
    const template = name === names.partitionKey ? keys.partitionKey : name === names.sortKey ? keys.sortKey : `{${name}}`;
    if (template === `{${name}}`) continue;
    throw new UploadFailure('RESERVED_COLUMN', `the header has ${quote(name)}, which is where the table keeps its key`);
  }
}

/** An upper bound of what an item takes besides three bytes for each character of its fields. */
function largestOverhead(
  bindings: readonly ColumnBinding[], { partitionKey, sortKey }: RecordContext['keyNames'], indexes: RecordModel['indexes'],
): number {
  const ours = [Attribute.POSITION, Attribute.LIST, EXPIRY_ATTRIBUTE, ...indexes.map((index) => INDEX_PREFIX + index.name)];
  const names = [partitionKey, sortKey, ...ours, ...bindings.map(({ name }) => name)];
  const defaults = bindings.map(({ column }) => column?.default ?? '');
  // A normalized value is longer than its field by less than the largest number; so are position and shard.
  const keys = (2 + indexes.length) * MAX_PARTITION_KEY_BYTES + MAX_SORT_KEY_BYTES;
  return keys + 3 * [...names, ...defaults].join('').length + 2 * MAX_NUMBER_BYTES * names.length;
}

function wrongFieldCount(row: number, fields: readonly string[], expected: number): Reject {
  return rejectRow(row, fields, 'WRONG_FIELD_COUNT', `the row must have ${expected} ${expected === 1 ? 'field' : 'fields'} like the header, got ${fields.length}`);
}

function emptyKey(row: number, fields: readonly string[], key: string, missing: string): Reject {
  if (missing !== '') return rejectField(row, fields, missing, NOT_IN_KEY, '');
  return rejectRow(row, fields, 'EMPTY_KEY', `the ${key} must not be empty`);
}

function keyTooLong(row: number, fields: readonly string[], key: string, limit: number, text: string): Reject {
  return rejectRow(row, fields, 'KEY_TOO_LONG', `the ${key} must have at most ${limit} bytes, got ${quote(text)}`);
}

function recordTooLarge(row: number, fields: readonly string[], size: number): Reject {
  return rejectRow(row, fields, 'RECORD_TOO_LARGE', `the record must have at most ${MAX_ITEM_BYTES} bytes, got ${size}`);
}
