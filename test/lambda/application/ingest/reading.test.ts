import { Caller } from '../../../../lambda-src/application/access/caller';
import { GetRecord } from '../../../../lambda-src/application/records/get-record';
import { ListPartition } from '../../../../lambda-src/application/records/list-partition';
import { ListRecords } from '../../../../lambda-src/application/records/list-records';
import { ListPage } from '../../../../lambda-src/application/records/paging';
import { QueryIndex, QueryModel } from '../../../../lambda-src/application/records/query-index';
import { RecordStore } from '../../../../lambda-src/application/records/record-store';
import { TenantRecords } from '../../../../lambda-src/application/records/tenant-records';
import { GetUpload } from '../../../../lambda-src/application/uploads/get-upload';
import { ListUploads } from '../../../../lambda-src/application/uploads/list-uploads';
import { encodeCursor } from '../../../../lambda-src/domain/lists/cursor';
import { ColumnModel, ColumnType } from '../../../../src/private/contract';
import { aRecord } from '../../../support/contracts/record-store';
import { InMemoryRecords } from '../../../support/fakes/in-memory-records';
import { InMemoryUploads } from '../../../support/fakes/in-memory-uploads';
import { anUpload } from '../../../support/fakes/uploads';

const MODEL: QueryModel = {
  columns: [{ name: 'price', type: 'decimal', required: false }, { name: 'name', type: 'string', required: false }],
  indexes: [{ name: 'by-price', partitionKey: 'price' }, { name: 'by-name', partitionKey: 'name', sortKey: 'price' }],
};

const EVERYBODY: Caller = { tenantId: '-', owner: null, ownUploadsOnly: false };
const ACME: Caller = { ...EVERYBODY, tenantId: 'acme' };

async function uploadsOf(count: number): Promise<InMemoryUploads> {
  const store = new InMemoryUploads();
  for (let nth = 0; nth < count; nth++) await store.create(anUpload(nth, { status: nth % 2 ? 'FAILED' : 'COMPLETED' }));
  return store;
}

function records(count = 10, listsRecent = true): InMemoryRecords {
  return new InMemoryRecords(Array.from({ length: count }, (_, row) => aRecord(row + 1)), listsRecent);
}

/** A table without tenants. */
const tenantsOf = (store: RecordStore) => new TenantRecords(store, { prefixOf: () => '', now: () => new Date() });
const tenants = (...given: Parameters<typeof records>) => tenantsOf(records(...given));

/** The sizes of the pages of a list that is read to its end. */
async function pageSizes<T>(read: (nextToken: string | undefined) => Promise<ListPage<T>>): Promise<number[]> {
  const sizes: number[] = [];
  for (let token: string | null | undefined; token !== null;) {
    const page: ListPage<T> = await read(token);
    sizes.push(page.items.length);
    token = page.nextToken;
  }
  return sizes;
}

describe('GetUpload', () => {
  test('shows an upload to its tenant and to nobody else', async () => {
    const getUpload = new GetUpload(await uploadsOf(1));
    const { uploadId } = anUpload(0);
    expect(await getUpload.run(EVERYBODY, uploadId)).toMatchObject({ uploadId });
    await expect(getUpload.run(ACME, uploadId)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND', status: 404 });
  });

  test.each(['', 'x', anUpload(7).uploadId])('does not find %p', async (uploadId) => {
    await expect(new GetUpload(await uploadsOf(1)).run(EVERYBODY, uploadId)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
  });
});

describe('ListUploads', () => {
  test('pages through all uploads, or through those of one status', async () => {
    const list = new ListUploads(await uploadsOf(5));
    expect(await pageSizes((nextToken) => list.run(EVERYBODY, { limit: 2, nextToken }))).toEqual([2, 2, 1]);
    expect(await pageSizes((nextToken) => list.run(EVERYBODY, { limit: 2, nextToken }, 'COMPLETED'))).toEqual([2, 1]);
    expect(await pageSizes((nextToken) => list.run(ACME, { limit: 2, nextToken }))).toEqual([0]);
  });

  test('where uploads are their owners\', others do not exist', async () => {
    const store = new InMemoryUploads();
    for (const [nth, owner] of ['ada', 'eve', 'ada', null].entries()) await store.create(anUpload(nth, { owner }));
    const as = (owner: string | null): Caller => ({ tenantId: '-', owner, ownUploadsOnly: true });
    const list = new ListUploads(store);
    expect(await pageSizes(async (nextToken) => list.run(as('ada'), { limit: 1, nextToken }))).toEqual([1, 1]);
    expect((await list.run(as(null), { limit: 9 })).items).toEqual([]);
    const { nextToken } = await list.run(as('ada'), { limit: 1 });
    await expect(list.run(as('eve'), { limit: 1, nextToken: nextToken! })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    await expect(new GetUpload(store).run(as('eve'), anUpload(0).uploadId)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
    await expect(new GetUpload(store).run(as(null), anUpload(3).uploadId)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
    expect(await new GetUpload(store).run(as('eve'), anUpload(1).uploadId)).toMatchObject({ owner: 'eve' });
  });

  test('a token belongs to one status and one tenant', async () => {
    const list = new ListUploads(await uploadsOf(5));
    const nextToken = (await list.run(EVERYBODY, { limit: 1 })).nextToken!;
    await expect(list.run(EVERYBODY, { limit: 1, nextToken }, 'FAILED')).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    await expect(list.run(ACME, { limit: 1, nextToken })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });

  test.each([['no position'], [{ p: 'a' }]])('a token with %j in place of a position is refused', async (bookmark) => {
    const nextToken = encodeCursor({ route: 'uploads', tenantId: '-' }, bookmark);
    await expect(new ListUploads(await uploadsOf(1)).run(EVERYBODY, { limit: 1, nextToken })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });
});

describe('ListRecords', () => {
  test('pages through all records', async () => {
    const list = new ListRecords(tenants());
    expect(await pageSizes((nextToken) => list.run('-', { limit: 4, nextToken }))).toEqual([4, 4, 2]);
  });

  test('says so when the table has no index for it', async () => {
    await expect(new ListRecords(tenants(1, false)).run('-', { limit: 1 })).rejects.toMatchObject({ code: 'LISTING_DISABLED', status: 400 });
  });
});

describe('ListPartition', () => {
  test('pages through the records with a key', async () => {
    const list = new ListPartition(tenants(25));
    expect(await pageSizes((nextToken) => list.run('-', 'DRUG#1', { limit: 2, nextToken }))).toEqual([2, 2, 1]);
  });

  test('a token belongs to one key', async () => {
    const list = new ListPartition(tenants(25));
    const nextToken = (await list.run('-', 'DRUG#1', { limit: 1 })).nextToken!;
    await expect(list.run('-', 'DRUG#2', { limit: 1, nextToken })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });

  test.each(['', 'ü'.repeat(1025)])('a key that cannot exist has no records and is not asked for: %.20p', async (key) => {
    const store = records();
    store.byPartition = () => { throw new Error('must not be asked'); };
    expect(await new ListPartition(tenantsOf(store)).run('-', key, { limit: 1 })).toEqual({ items: [], nextToken: null });
  });
});

describe('QueryIndex', () => {
  /** An index over the column x with one record, whose x is as it is stored. */
  function byColumn(x: ColumnType | ColumnModel | null, stored: string): QueryIndex {
    const column = typeof x === 'string' ? { name: 'x', type: x, required: false } : x;
    const numeric = column?.type === 'integer' || column?.type === 'decimal';
    const record = { _pk: { S: 'a' }, _sk: { S: 'b' }, x: numeric ? { N: stored } : { S: stored } };
    return new QueryIndex(tenantsOf(new InMemoryRecords([record])), {
      columns: column && [column], indexes: [{ name: 'by-x', partitionKey: 'x' }],
    });
  }

  test('pages through the records with a key, of the type of its column', async () => {
    const query = new QueryIndex(tenants(9), MODEL);
    expect(await pageSizes((nextToken) => query.run('-', 'by-price', '1.5', { limit: 3, nextToken }))).toEqual([3, 1]);
    expect(await pageSizes((nextToken) => query.run('-', 'by-name', 'Ibuprofen', { limit: 5, nextToken }))).toEqual([5, 4]);
    expect(await query.run('-', 'by-name', '', { limit: 1 })).toEqual({ items: [], nextToken: null });
  });

  test('names the indexes when asked for another', async () => {
    await expect(new QueryIndex(tenants(), MODEL).run('-', 'by-size', '1', { limit: 1 }))
      .rejects.toMatchObject({ code: 'UNKNOWN_INDEX', message: "'index' must be one of by-price, by-name" });
    await expect(new QueryIndex(tenants(), { columns: null, indexes: [] }).run('-', 'by-size', '1', { limit: 1 }))
      .rejects.toMatchObject({ code: 'UNKNOWN_INDEX', message: 'this table declares no indexes' });
  });

  test.each<[ColumnType, string, string]>([
    ['decimal', '1.5', '1.5'],
    ['decimal', ' +12.50 ', '12.5'],
    ['decimal', '.5', '0.5'],
    ['decimal', '1E+50', '1E+50'],
    ['decimal', '1e50', '1E+50'],
    ['decimal', '-1.25e-50', '-1.25E-50'],
    ['decimal', `1${'0'.repeat(50)}`, '1E+50'],
    ['integer', '007', '7'],
    ['integer', '12.0', '12'],
    ['integer', ' 1.25e+50 ', '1.25E+50'],
    ['integer', '9'.repeat(38), '9'.repeat(38)],
    ['date', ' 2026-01-31 ', '2026-01-31'],
    ['timestamp', '2026-01-31 13:00+01:00', '2026-01-31T12:00:00Z'],
    ['timestamp', '2026-01-31T12:00:00.10Z', '2026-01-31T12:00:00.1Z'],
    ['string', ' 01 ', ' 01 '],
  ])('a key of type %s given as %p finds %p', async (type, given, stored) => {
    expect((await byColumn(type, stored).run('-', 'by-x', given, { limit: 1 })).items).toHaveLength(1);
  });

  test.each<[string, Partial<ColumnModel>, string, string]>([
    ['lower case', { normalize: ['lowerCase'] }, 'ASPIRIN', 'aspirin'],
    ['one space', { normalize: ['trim', 'collapseSpaces', 'upperCase'] }, ' Aspirin  forte ', 'ASPIRIN FORTE'],
    ['mails in lower case', { type: 'email', normalize: ['lowerCase'] }, ' A@B.Example ', 'a@b.example'],
    ['an enumeration without case', { allowed: ['Tablet', 'Syrup'], ignoreCase: true }, 'TABLET', 'Tablet'],
    ['both', { allowed: ['Hot Drink'], ignoreCase: true, normalize: ['collapseSpaces'] }, 'hot   drink', 'Hot Drink'],
    ['an enumeration that was another one', { allowed: ['Tablet'], ignoreCase: true }, 'Pill', 'Pill'],
    ['an enumeration', { allowed: ['Tablet', 'tablet'] }, 'tablet', 'tablet'],
    ['a pattern that was another one', { pattern: '[a-z]+', maxLength: 2 }, 'A-100', 'A-100'],
    ['decimal commas', { type: 'decimal', normalize: ['decimalComma'] }, '1.50', '1.5'],
    ['forms of dates', { type: 'date', formats: ['d.M.yyyy'] }, '2026-01-31', '2026-01-31'],
  ])('a key is normalized as its column is: %s', async (_, rules, given, stored) => {
    const column: ColumnModel = { name: 'x', type: 'string', required: false, ...rules };
    expect((await byColumn(column, stored).run('-', 'by-x', given, { limit: 1 })).items).toHaveLength(1);
  });

  test.each<[Partial<ColumnModel>, string, string]>([
    [{ type: 'decimal', normalize: ['decimalComma'] }, '1,5', 'must be a decimal number such as 12.5'],
    [{ type: 'date', formats: ['d.M.yyyy'] }, '31.1.2026', 'must be a date such as 2026-01-31'],
  ])('what a column takes of files only is no key: %j', async (rules, given, detail) => {
    const column: ColumnModel = { name: 'x', type: 'string', required: false, ...rules };
    await expect(byColumn(column, '1').run('-', 'by-x', given, { limit: 1 })).rejects.toMatchObject({ message: `'key' ${detail}` });
  });

  test.each<[ColumnType, string, string]>([
    ['decimal', '', 'must not be empty'],
    ['decimal', '1,5', 'must be a decimal number such as 12.5'],
    ['decimal', '--1', 'must be a decimal number such as 12.5'],
    ['decimal', '1'.repeat(39), 'must have at most 38 significant digits'],
    ['decimal', '1e126', 'must be smaller than 1E+126 in magnitude'],
    ['integer', '', 'must be a whole number such as 42'],
    ['integer', '1.5', 'must be a whole number such as 42'],
    ['integer', '1e-50', 'must be a whole number such as 42'],
    ['date', '2026-02-29', 'must be a date such as 2026-01-31'],
    ['timestamp', 'noon', 'must be a timestamp such as 2026-01-31T12:00:00Z'],
  ])('a key of type %s cannot be %p', async (type, given, detail) => {
    await expect(byColumn(type, '1').run('-', 'by-x', given, { limit: 1 })).rejects.toMatchObject({
      code: 'INVALID_REQUEST', message: `'key' ${detail}`, errors: [{ parameter: 'key', detail }],
    });
  });

  test('what other rules let in is found, and so is what no rule is for', async () => {
    const column = { name: 'x', type: 'integer', required: true, max: '9', allowed: ['1'] } as const;
    expect((await byColumn(column, '10').run('-', 'by-x', '10', { limit: 1 })).items).toHaveLength(1);
    expect((await byColumn(null, '1.50').run('-', 'by-x', '1.50', { limit: 1 })).items).toHaveLength(1);
  });

  test('a token belongs to one index and key', async () => {
    const query = new QueryIndex(tenants(9), MODEL);
    const nextToken = (await query.run('-', 'by-price', '1.5', { limit: 1 })).nextToken!;
    expect((await query.run('-', 'by-price', '1.50', { limit: 1, nextToken })).items).toHaveLength(1);
    await expect(query.run('-', 'by-price', '2.5', { limit: 1, nextToken })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });
});

describe('GetRecord', () => {
  test('shows a record by its keys', async () => {
    expect(await new GetRecord(tenants()).run('-', 'DRUG#1', 'ROW#001')).toMatchObject({ _pk: 'DRUG#1', _sk: 'ROW#001' });
  });

  test.each([['DRUG#1', 'ROW#999'], ['a'.repeat(2049), 'a'], ['a', 'a'.repeat(1025)], ['', 'a'], ['a', '']])('does not find %.20s %.20s', async (pk, sk) => {
    await expect(new GetRecord(tenants()).run('-', pk, sk)).rejects.toMatchObject({ code: 'RECORD_NOT_FOUND', status: 404 });
  });
});
