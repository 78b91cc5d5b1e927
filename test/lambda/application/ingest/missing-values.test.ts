import * as fc from 'fast-check';
import {
  AnySchemaOptions, Column, EmptyRows, FileFormat, Normalizer, RecordKeys, RecordSchema, RecordSchemaOptions, RecordsProcessorProps,
  UnknownColumns,
} from '../../../../src';
import { RecordModel } from '../../../../src/private/contract';
import { toRecordModel, validateRecordModel } from '../../../../src/private/ingest/record-model';
import { FanOutWorld } from '../../../support/fakes/fan-out-world';
import { IngestWorld } from '../../../support/fakes/ingest-world';

/** What is declared, as the function reads it. */
const declared = (props: RecordsProcessorProps) => JSON.parse(JSON.stringify(validateRecordModel(toRecordModel(props)))) as RecordModel;
const keys = RecordKeys.of({ partitionKey: '{row}', sortKey: 'R' });

async function ingest(props: RecordsProcessorProps, content: string): Promise<IngestWorld> {
  const world = new IngestWorld(declared({ keys, ...props })).put(content);
  await world.deliver();
  return world;
}

/** Records with the numbers of their rows, and the texts of their values. */
const recordsOf = (world: IngestWorld) => Object.fromEntries(
  Object.entries(world.table.records()).map(([key, record]) => [Number.parseInt(key, 10), record]),
);
const rejectsOf = (world: IngestWorld) => world.rejects.get(world.key)?.map((line) => line.slice(-4, -1)).slice(1);

describe('texts that are no value', () => {
  const schema = RecordSchema.of([
    Column.string('name', { required: true }),
    Column.integer('count', { nullValues: ['-1', '0'] }),
    Column.decimal('price', { normalize: [Normalizer.DECIMAL_COMMA], defaultValue: '9,5' }),
    Column.string('code', { unique: true }),
    Column.json('more'),
  ], { nullValues: ['NULL', 'N/A', '\\N'], unknownColumns: UnknownColumns.KEEP });

  test('in a file of CSV', async () => {
    const world = await ingest({ schema }, 'name,count,price,code,more,x\na,-1,\\N,N/A,\\N,NULL\nb, 0 ,"1,5",N/A,0,\nNULL,1,N/A,c,,\nd,0,NULL,c,"""NULL""",y\n');
    expect(rejectsOf(world)).toEqual([['3', 'name', 'REQUIRED']]);
    expect(world.upload.counts).toEqual({ total: 4, accepted: 3, rejected: 1 });
    expect(recordsOf(world)).toEqual({
      1: { name: 'a', price: '9.5', x: 'NULL' }, 2: { name: 'b', price: '1.5', more: '0', x: '' }, 4: { name: 'd', price: '9.5', code: 'c', x: 'y' },
    });
  });

  test('in rows of JSON are strings', async () => {
    const rows = [
      { name: 'a', count: -1, price: 'N/A', code: 'N/A', more: 'N/A' }, { name: 'b', count: '-1', price: 0, code: 'N/A', more: 0 },
      { name: 'N/A', count: 1 }, { name: 'd', count: 0, price: null, more: ['N/A'] },
    ];
    const world = await ingest({ schema, formats: [FileFormat.ndjson()] }, rows.map((row) => JSON.stringify(row)).join('\n'));
    expect(rejectsOf(world)).toEqual([['3', 'name', 'REQUIRED']]);
    expect(world.upload.counts).toEqual({ total: 4, accepted: 3, rejected: 1 });
    expect(recordsOf(world)).toEqual({
      1: { name: 'a', count: '-1', price: '9.5' },
      2: { name: 'b', price: '0', more: '0' },
      4: { name: 'd', count: '0', price: '9.5', more: '{"L":[{"S":"N/A"}]}' },
    });
  });
});

describe('rows of which every field is empty', () => {
  const columns = [Column.string('a'), Column.integer('n', { required: true })];
  const of = (options: RecordSchemaOptions) => ({ schema: RecordSchema.of(columns, options) });
  const any = (options: AnySchemaOptions) => ({ schema: RecordSchema.any(options) });
  const csv = 'a,n\n,\nx,1\n\n , \n,,,\ny,2\n,3\n';

  test('are left out on request, whatever their width, and keep their numbers', async () => {
    const world = await ingest(of({ emptyRows: EmptyRows.SKIP }), csv);
    expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 6, accepted: 3, rejected: 0, dropped: 3 } });
    expect(recordsOf(world)).toEqual({ 2: { a: 'x', n: '1' }, 5: { a: 'y', n: '2' }, 6: { n: '3' } });
  });

  test('are rows otherwise, while lines of nothing are none', async () => {
    const world = await ingest(of({ emptyRows: EmptyRows.KEEP }), csv);
    expect(world.upload.counts).toEqual({ total: 6, accepted: 3, rejected: 3 });
    expect(rejectsOf(world)).toEqual([['1', 'n', 'REQUIRED'], ['3', 'n', 'REQUIRED'], ['4', '', 'WRONG_FIELD_COUNT']]);
  });

  test('are left out of any file', async () => {
    expect(recordsOf(await ingest(any({ emptyRows: EmptyRows.SKIP }), 'a,b\n,\nx,\n'))).toEqual({ 2: { a: 'x', b: '' } });
    expect(recordsOf(await ingest(any({}), 'a,b\n,\nx,\n'))).toEqual({ 1: { a: '', b: '' }, 2: { a: 'x', b: '' } });
  });

  test('may be objects of JSON', async () => {
    const formats = [FileFormat.ndjson()];
    const world = await ingest({ ...of({ emptyRows: EmptyRows.SKIP }), formats }, '{}\n{"n":1}\n{"a":null,"n":" "}\n{"a":0}\n');
    expect(world.upload.counts).toEqual({ total: 4, accepted: 1, rejected: 1, dropped: 2 });
    expect(rejectsOf(world)).toEqual([['4', 'n', 'REQUIRED']]);
  });

  test('are the same ones in a fan-out', async () => {
    const model = declared({ keys, ...of({ emptyRows: EmptyRows.SKIP }) });
    const line = fc.constantFrom(',', 'x,1', '', ' , ', ',,', '"",""', 'y,z', '"\n",2');
    await fc.assert(fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 20 }), async (lines, rangeSize) => {
      const text = `a,n\n${lines.join('\n')}\n`;
      const one = new IngestWorld(model).put(text);
      await one.deliver();
      const many = await FanOutWorld.create(model, [Buffer.from(text)]);
      await many.execute({ rangeSize });
      expect(many.upload.counts).toEqual(one.upload.counts);
      expect(many.table.records()).toEqual(one.table.records());
    }), { numRuns: 60 });
  });
});
