import { Attribute, KEY_VARIABLES, RecordModel } from '../../src/private/contract';
import { namesInTemplate } from '../../src/private/key-template';
import { createKeyFilter } from '../domain/key-filter';
import { BuiltRecord } from '../domain/record-builder';
import { WireItem, wireText } from '../domain/wire';

export interface DuplicateCheckPorts {
  /** Whether the record's key is waiting to be written. */
  readonly isPending: (key: string) => boolean;
  /** The position of the record that the table has under the item's key. */
  readonly storedPosition: (item: WireItem) => Promise<string | undefined>;
}

/** Whether an earlier row of the same file has the record's key. Often known at once, without a promise. */
export type DuplicateCheck = (record: BuiltRecord) => boolean | Promise<boolean>;

/**
 * Finds duplicate keys with memory that does not grow with the file: a Bloom filter passes most keys as new, and for the few
 * that it suspects the table itself knows, since every record carries its upload and row. So a retry, which finds its own
 * records, sees the same duplicates as the first try.
 */
export function createDuplicateCheck(
  model: RecordModel, uploadPrefix: string, ports: DuplicateCheckPorts, filterBytes?: number,
): DuplicateCheck {
  if (model.duplicateKeys === 'last-wins' || isUniquePerRow(model)) return () => false;
  const filter = createKeyFilter(filterBytes);
  return ({ key, item }) => {
    if (!filter.add(key)) return false;
    if (ports.isPending(key)) return true;
    return ports.storedPosition(item).then((stored) => stored !== undefined && isEarlierRow(stored, item, uploadPrefix));
  };
}

/** Rows count backwards in a position, so the earlier row has the greater one. */
function isEarlierRow(stored: string, item: WireItem, uploadPrefix: string): boolean {
  return stored.startsWith(uploadPrefix) && stored > wireText(item[Attribute.POSITION]);
}

/** Of the variables only the row changes within a file. A column beside it could make two rows look the same again. */
function isUniquePerRow({ keys }: RecordModel): boolean {
  const variables: readonly string[] = KEY_VARIABLES;
  return [keys.partitionKey, keys.sortKey]
    .map(namesInTemplate)
    .some((names) => names.includes('row') && names.every((name) => variables.includes(name)));
}
