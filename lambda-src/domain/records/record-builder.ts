import {
  Attribute, EXPIRY_ATTRIBUTE, INDEX_PREFIX, MAX_ITEM_BYTES, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES, RaggedRowsPolicy, RecordModel,
} from '../../../src/private/contract';
import { namesInTemplate } from '../../../src/private/ingest/key-template';
import { tenantPrefix } from '../access/tenant-key';
import { positionPrefix, rowPosition } from '../lists/position';
import { Problem, Reject, quote, rejectField, rejectRow } from '../rejects/reject';
import { UploadFailure } from '../rejects/upload-failure';
import { textWithoutName } from './empty-fields';
import { ColumnBinding, namelessFrom, NamesFrom, readHeader, WHOSE_NAMES } from './header';
import { exceeds } from './index-keys';
import { ItemWriter, jsonText, WrittenItem } from './item-writer';
import { fitted, wrongFieldCount } from './ragged-rows';
import { ColumnRules, columnsOfFile, ownValues, textMember } from './record-columns';
import { FileVariables, compileKeyTemplate } from './record-key';
import { keyHash, shardOf } from './shard';
import { WireItem, WireValue, itemSize, wireText } from './wire';
import { wireJson } from './wire-json';

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
  /** What is done with rows that have more or fewer fields than the header. @default 'reject' */
  readonly raggedRows?: RaggedRowsPolicy;
  /** @default 'header' */
  readonly namesFrom?: NamesFrom;
}

export interface BuiltRecord {
  readonly item: WrittenItem;
  /** The same for two records if and only if their partition key and sort key are. */
  readonly key: string;
  /** Of the key: 32 bits, which few keys of an upload share. */
  readonly hash: number;
  /** The keys as the table has them. */
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Where the record is in time order: of two of one upload, the earlier row has the greater one. */
  readonly position: string;
  /** Values that no other record of the upload may have in their columns; undefined: there are no such columns. */
  readonly unique: readonly UniqueValue[] | undefined;
}

export interface UniqueValue {
  readonly column: string;
  readonly value: string;
}

export interface RecordBuilder {
  /** Turns a row into a record or a reject (`'code' in built` tells which). The first row below the header is 1. */
  build(row: number, fields: readonly string[]): BuiltRecord | Reject;
}

const NOTHING = new Uint8Array(0);
const NOT_IN_KEY = new Problem('EMPTY_KEY', "not be empty: the record's key is made of it");

/**
 * Compiles model and header once, so that a row costs little more than its text. Throws UploadFailure like `readHeader`.
 * @param item shared by builders of which one works at a time
 */
export function createRecordBuilder(
  model: RecordModel, header: readonly string[], context: RecordContext, item = new ItemWriter(),
): RecordBuilder {
  const { keyNames, shards, rowsBefore, expiresAt, raggedRows = 'reject', namesFrom = 'header' } = context;
  const tenant = tenantPrefix(model, context.tenantId);
  const tenantBytes = Buffer.byteLength(tenant);
  const mostPartitionBytes = MAX_PARTITION_KEY_BYTES - tenantBytes;
  const bindings = readHeader(header, model, namesFrom);
  refuseLosingColumns(bindings, model, keyNames, namesFrom);

  const indexes = model.tenancy ? model.indexes : [];
  const unique = (model.columns ?? []).flatMap((column) => (column.unique ? [column.name] : []));
  const inKeys = [model.keys.partitionKey, model.keys.sortKey].flatMap(namesInTemplate);
  const slots = slotsOf(bindings, [...inKeys, ...indexes.map((index) => index.partitionKey), ...unique]);
  const slotOf = (name: string) => slots.get(name);
  const rules: ColumnRules = {
    model, variables: context, tenantBytes, slotOf, isKey: (name) => name === keyNames.partitionKey || name === keyNames.sortKey,
  };
  const columns = columnsOfFile(bindings, rules);
  const nameless = namelessFrom(header, model, namesFrom);
  const own = ownValues(bindings, rules);
  const partitionKey = compileKeyTemplate(model.keys.partitionKey, context, slotOf);
  const sortKey = compileKeyTemplate(model.keys.sortKey, context, slotOf);
  const prefix = positionPrefix(context.uploadedAt, context.uploadId);
  const file: FileOfRecords = { tenant, prefix };
  const indexKeys = indexes.flatMap((index) => {
    const slot = slotOf(index.partitionKey);
    return slot === undefined ? [] : [{ slot, before: Buffer.from(textMember(INDEX_PREFIX + index.name, 'S') + jsonText(tenant)) }];
  });
  const uniqueSlots = unique.flatMap((column) => (slots.has(column) ? [{ column, slot: slots.get(column)! }] : []));

  const head = {
    partitionKey: Buffer.from(`{${textMember(keyNames.partitionKey, 'S').slice(1)}${jsonText(tenant)}`),
    sortKey: Buffer.from(textMember(keyNames.sortKey, 'S')),
    position: Buffer.from(textMember(Attribute.POSITION, 'S') + prefix),
    shard: Buffer.from(textMember(Attribute.LIST, 'S') + jsonText(tenant)),
  };
  const end = Buffer.from(`${own.json}${expiresAt === null ? '' : `${textMember(EXPIRY_ATTRIBUTE, 'N')}${expiresAt}"}`}}`);
  /** Of the row at hand: the values of its columns, and the texts that keys, indexes and checks look for. */
  const values: (WireValue | undefined)[] = columns.map(() => undefined);
  const texts = [...own.texts];

  return {
    build(row, fields) {
      const given = fields.length === header.length ? fields : fitted(fields, header.length, raggedRows);
      if (given === undefined) return rejectRow(row, fields, 'WRONG_FIELD_COUNT', wrongFieldCount(fields.length, header.length));
      const lost = textWithoutName(given, nameless, header.length);
      if (lost !== undefined) return rejectRow(row, fields, 'UNKNOWN_COLUMN', lost);
      for (let nth = 0; nth < columns.length; nth++) {
        const { name, position, parse, slot } = columns[nth];
        const text = given[position];
        const value = parse(text);
        if (value instanceof Problem) return rejectField(row, fields, name, value, text);
        if (slot !== undefined) texts[slot] = value === undefined ? '' : wireText(value);
        values[nth] = value;
      }
      const number = rowsBefore + row;
      let changing = '';
      for (const valueOf of own.changing) changing += valueOf(number, texts);
      const partition = partitionKey.render(texts, number);
      if (partition === undefined) return emptyKey(row, fields, 'partition key', partitionKey.missingFrom(texts, number));
      const sort = sortKey.render(texts, number);
      if (sort === undefined) return emptyKey(row, fields, 'sort key', sortKey.missingFrom(texts, number));
      if (exceeds(partition, mostPartitionBytes)) return keyTooLong(row, fields, 'partition key', mostPartitionBytes, partition);
      if (exceeds(sort, MAX_SORT_KEY_BYTES)) return keyTooLong(row, fields, 'sort key', MAX_SORT_KEY_BYTES, sort);
      const hash = keyHash(partition, sort);

      item.member(head.partitionKey, partition);
      item.member(head.sortKey, sort);
      item.member(head.position, rowPosition('', number));
      if (shards > 0) item.member(head.shard, shardOf(hash, shards));
      for (let nth = 0; nth < columns.length; nth++) {
        const { kind, before } = columns[nth];
        const value = values[nth];
        if (value === undefined || before === undefined) continue;
        if (kind === 'S') item.member(before, (value as { readonly S: string }).S);
        else if (kind === 'N') item.member(before, (value as { readonly N: string }).N);
        else item.json(before, wireJson(value));
      }
      if (changing !== '') item.json(NOTHING, changing);
      for (const { slot, before } of indexKeys) {
        if (texts[slot] !== '') item.member(before, texts[slot]);
      }
      const written = item.end(end);
      // No item is larger than its JSON, and hardly one comes near the limit.
      if (written.byteLength > MAX_ITEM_BYTES) {
        const size = itemSize(JSON.parse(written.toString()) as WireItem);
        if (size > MAX_ITEM_BYTES) return recordTooLarge(row, fields, size);
      }
      const oncePerUpload = uniqueSlots.length === 0 ? undefined : valuesIn(uniqueSlots, texts);
      return new RecordOfRow(written, hash, file, partition, sort, number, oncePerUpload);
    },
  };
}

/** Of the records of a file. */
interface FileOfRecords {
  readonly tenant: string;
  readonly prefix: string;
}

/** Most of what can be known of a record nobody asks for. */
class RecordOfRow implements BuiltRecord {
  constructor(
    public readonly item: WrittenItem,
    public readonly hash: number,
    private readonly file: FileOfRecords,
    private readonly partition: string,
    public readonly sortKey: string,
    private readonly number: number,
    public readonly unique: readonly UniqueValue[] | undefined,
  ) {}

  public get key(): string {
    return `${this.partition.length}:${this.partition}${this.sortKey}`;
  }

  public get partitionKey(): string {
    return this.file.tenant + this.partition;
  }

  public get position(): string {
    return rowPosition(this.file.prefix, this.number);
  }
}

function valuesIn(columns: readonly { readonly column: string; readonly slot: number }[], texts: readonly string[]): UniqueValue[] {
  return columns.filter(({ slot }) => texts[slot] !== '').map(({ column, slot }) => ({ column, value: texts[slot] }));
}

/** Where the texts are kept that keys, indexes and checks look for: one place for each column that any of them names. */
function slotsOf(bindings: readonly ColumnBinding[], lookedFor: readonly string[]): ReadonlyMap<string, number> {
  const bound = new Set(bindings.map(({ name }) => name));
  const names = new Set(lookedFor.filter((name) => bound.has(name)));
  return new Map([...names].map((name, slot) => [name, slot]));
}

/** A column with the name of a key attribute would be overwritten by the key, unless the key is just that column. */
function refuseLosingColumns(
  bindings: readonly ColumnBinding[], { keys }: RecordModel, names: RecordContext['keyNames'], namesFrom: NamesFrom,
): void {
  for (const { name } of bindings) {
    const template = name === names.partitionKey ? keys.partitionKey : name === names.sortKey ? keys.sortKey : `{${name}}`;
    if (template === `{${name}}`) continue;
    throw new UploadFailure('RESERVED_COLUMN', `${WHOSE_NAMES[namesFrom]} has ${quote(name)}, which is where the table keeps its key`);
  }
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
