import { WrittenItem } from '../../../lambda-src/domain/records/item-writer';
import { BuiltRecord } from '../../../lambda-src/domain/records/record-builder';
import { fnv1a } from '../../../lambda-src/domain/records/shard';

/** A record for those who look at nothing but its key and its JSON. */
export function fakeRecord(key: string, json: string): BuiltRecord {
  const memory = Buffer.from(json);
  const item = new WrittenItem(memory, 0, memory.length);
  return { key, hash: fnv1a(key), item, partitionKey: key, sortKey: '-', position: '', unique: undefined };
}
