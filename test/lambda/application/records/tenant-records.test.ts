import * as fc from 'fast-check';
import { RecordIndex } from '../../../../lambda-src/application/records/record-store';
import { TenantRecords } from '../../../../lambda-src/application/records/tenant-records';
import { indexAttribute, tenantPrefix } from '../../../../lambda-src/domain/access/tenant-key';
import { createRecordBuilder } from '../../../../lambda-src/domain/records/record-builder';
import { RecordJson, StoredItem } from '../../../../lambda-src/domain/records/record-json';
import { RecordModel, TENANT_ID } from '../../../../src/private/contract';
import { InMemoryRecords } from '../../../support/fakes/in-memory-records';
import { column, itemOf, recordContext, recordModel } from '../../domain/records/record-models';

const NOW = Date.UTC(2026, 0, 1);
const MODEL = recordModel({
  columns: [column('name', 'string'), column('price', 'decimal')],
  keys: { partitionKey: '{name}', sortKey: '{row}' },
  indexes: [{ name: 'by-price', partitionKey: 'price', sortKey: 'name' }],
  tenancy: true,
});
const BY_PRICE: RecordIndex = { ...MODEL.indexes[0], partitionKey: indexAttribute(MODEL, MODEL.indexes[0]), numeric: [] };

/** The items of a tenant's file. */
function itemsOf(tenantId: string, rows: readonly string[][], model: RecordModel = MODEL, expiresAt: number | null = null): StoredItem[] {
  const { build } = createRecordBuilder(model, ['name', 'price'], recordContext({ tenantId, expiresAt, uploadId: crypto.randomUUID() }));
  return rows.map((row, at) => itemOf(build(at + 1, row)) as StoredItem);
}

const over = (items: StoredItem[], model: RecordModel = MODEL) => new TenantRecords(new InMemoryRecords(items), {
  prefixOf: (tenantId) => tenantPrefix(model, tenantId), now: () => new Date(NOW),
});
const anyTenant = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._@+=-]{0,9}$/);

test('a tenant sees its records with their own keys, and nothing that is ours', async () => {
  const acme = over([...itemsOf('acme', [['a', '1.50']]), ...itemsOf('globex', [['a', '1.5']])]).of('acme');
  const shown = { _pk: 'a', _sk: '1', name: 'a', price: expect.anything() as unknown };
  expect((await acme.recent({ limit: 9 })).items).toEqual([shown]);
  expect((await acme.byPartition('a', { limit: 9 })).items).toEqual([shown]);
  expect((await acme.byIndex(BY_PRICE, '1.5', { limit: 9 })).items).toEqual([shown]);
  expect(await acme.get('a', '1')).toEqual(shown);
  expect(JSON.stringify(await acme.get('a', '1'))).toBe('{"_pk":"a","_sk":"1","name":"a","price":1.5}');
});

test('whatever keys a tenant asks for, it never gets a record of another', async () => {
  const key = fc.string({ minLength: 1, maxLength: 8 });
  const names = fc.array(fc.oneof(key, fc.constantFrom('b#c', '#', 'b')), { minLength: 1, maxLength: 4 });
  await fc.assert(fc.asyncProperty(anyTenant, anyTenant, names, names, async (one, other, ofOne, ofOther) => {
    fc.pre(one !== other);
    const rows = (texts: string[], owner: string) => texts.map((text) => [text, owner.length > 0 ? '7' : '']);
    const mine = itemsOf(one, rows(ofOne, one)).map((item) => ({ ...item, owner: { S: one } }));
    const theirs = itemsOf(other, rows(ofOther, other)).map((item) => ({ ...item, owner: { S: other } }));
    const records = over([...mine, ...theirs]).of(one);
    const asked = [...ofOne, ...ofOther, ...ofOther.map((text) => `${other}#${text}`), ...ofOther.map((text) => `#${text}`), other, `${other}#`];
    const found: RecordJson[] = [
      ...(await records.recent({ limit: 99 })).items,
      ...(await records.byIndex(BY_PRICE, '7', { limit: 99 })).items,
      ...(await records.byIndex(BY_PRICE, `${other}#7`, { limit: 99 })).items,
    ];
    for (const text of asked) {
      found.push(...(await records.byPartition(text, { limit: 99 })).items);
      for (const sort of ['1', '2']) found.push(...[await records.get(text, sort)].flatMap((record): RecordJson[] => (record ? [record] : [])));
    }
    expect(found.filter(({ owner }) => owner !== one)).toEqual([]);
    expect((await records.recent({ limit: 99 })).items).toHaveLength(mine.length);
  }), { numRuns: 200 });
});

test('a tenant that is called like what other keys begin with reads none of them', async () => {
  const others = itemsOf('-', [['CUSTOMER#123', '1'], ['CUSTOMER#0', '1']], { ...MODEL, tenancy: false });
  const records = over(others).of('CUSTOMER');
  expect(await records.get('123', '1')).toBeUndefined();
  expect((await records.byPartition('123', { limit: 9 })).items).toEqual([]);
  expect((await records.recent({ limit: 9 })).items).toEqual([]);
});

test('prefixes of two tenants never begin one another', () => {
  fc.assert(fc.property(anyTenant, anyTenant, (one, other) => {
    fc.pre(one !== other);
    expect(tenantPrefix(MODEL, one).startsWith(tenantPrefix(MODEL, other))).toBe(false);
  }));
  expect(TENANT_ID.test('a#b')).toBe(false);
});

test('a page of an index that is continued stays with its tenant', async () => {
  const tenants = over([...itemsOf('a', [['x', '1'], ['y', '1'], ['z', '1']]), ...itemsOf('b', [['x', '1']])]);
  const first = await tenants.of('a').byIndex(BY_PRICE, '1', { limit: 2 });
  const second = await tenants.of('a').byIndex(BY_PRICE, '1', { limit: 2, after: first.next! });
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['x', 'y', 'z']);
  await expect(tenants.of('b').byIndex(BY_PRICE, '1', { limit: 2, after: first.next! })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
});

test('the tenant takes of the length that a partition key may have', async () => {
  const longest = 'k'.repeat(2048 - '_t#acme#'.length);
  const acme = over(itemsOf('acme', [[longest, '1']], { ...MODEL, indexes: [] })).of('acme');
  expect(await acme.get(longest, '1')).toMatchObject({ name: longest });
  expect(await acme.get(`${longest}k`, '1')).toBeUndefined();
  expect(await acme.byPartition(`${longest}k`, { limit: 1 })).toEqual({ items: [], next: null });
  const { build } = createRecordBuilder({ ...MODEL, indexes: [] }, ['name', 'price'], recordContext({ tenantId: 'acme' }));
  expect(build(1, [`${longest}k`, '1'])).toMatchObject({ code: 'KEY_TOO_LONG', message: expect.stringContaining('at most 2040 bytes') as unknown });
});

test('a table with names of its own has the tenant in its own partition key', async () => {
  const keyNames = { partitionKey: 'id', sortKey: 'version' };
  const { build } = createRecordBuilder({ ...MODEL, indexes: [] }, ['name', 'price'], recordContext({ tenantId: 'acme', keyNames }));
  expect(itemOf(build(1, ['a', '1']))).toMatchObject({ id: { S: '_t#acme#a' }, version: { S: '1' } });
  const asked: string[][] = [];
  const store = Object.assign(new InMemoryRecords(), {
    partitionKey: 'id', get: async (...keys: string[]) => { asked.push(keys); return { id: '_t#acme#a', version: '1', _pk: '_t#acme#x' }; },
  });
  const records = new TenantRecords(store, { prefixOf: (tenant) => tenantPrefix(MODEL, tenant), now: () => new Date(NOW) });
  expect(await records.of('acme').get('a', '1')).toEqual({ id: 'a', version: '1', _pk: '_t#acme#x' });
  expect(asked).toEqual([['_t#acme#a', '1']]);
});

test('without tenants keys are as they are', async () => {
  const model = { ...MODEL, tenancy: false };
  const items = itemsOf('-', [['a', '1.50']], model);
  expect(items[0]).toMatchObject({ _pk: { S: 'a' }, _list: { S: expect.stringMatching(/^[0-3]$/) as unknown } });
  expect(Object.keys(items[0])).not.toContain('_ix_by-price');
  expect(await over(items, model).of('-').get('a', '1')).toMatchObject({ _pk: 'a', name: 'a' });
});

test('records that have expired are not shown, although DynamoDB still has them', async () => {
  const seconds = NOW / 1000;
  const model = { ...MODEL, tenancy: false };
  const items = [...itemsOf('-', [['old', '1']], model, seconds), ...itemsOf('-', [['new', '1']], model, seconds + 1)];
  expect(items[0]._ttl).toEqual({ N: String(seconds) });
  const records = over(items, model).of('-');
  expect((await records.recent({ limit: 9 })).items).toEqual([{ _pk: 'new', _sk: '1', name: 'new', price: expect.anything() as unknown }]);
  expect(await records.get('old', '1')).toBeUndefined();
  expect((await records.byPartition('old', { limit: 9 })).items).toEqual([]);
});
