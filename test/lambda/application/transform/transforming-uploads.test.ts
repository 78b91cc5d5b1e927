import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { Invoked } from '../../../../lambda-src/application/ingest/call-handler';
import { FunctionTransformer } from '../../../../lambda-src/application/transform/function-transformer';
import { ModuleTransformer, TransformFunction } from '../../../../lambda-src/application/transform/module-transformer';
import { NewRowTransform, transformWith } from '../../../../lambda-src/application/transform/transform-rows';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { base64Json, FirehoseEvent } from '../../../../lambda-src/domain/transform/firehose';
import { CSV, CsvModel, RecordModel } from '../../../../src/private/contract';
import { FanOutWorld } from '../../../support/fakes/fan-out-world';
import { IngestWorld } from '../../../support/fakes/ingest-world';
import { Invocation } from '../../../support/fakes/invocation';
import { NEVER, QueuedUpload, turns } from '../../../support/fakes/queued-upload';
import { anUpload } from '../../../support/fakes/uploads';
import { column, recordModel } from '../../domain/records/record-models';

const MODEL = recordModel({
  columns: [column('name', 'string', { required: true }), column('price', 'decimal'), column('row', 'integer')],
  keys: { partitionKey: 'DRUG#{name}', sortKey: 'INFO' },
});

/** What both kinds of transforms do in these tests. */
const transform: TransformFunction = ({ name, price }, { row }) => {
  if (name === 'drop') return null;
  if (name === 'fail') throw new Error('no such drug');
  return { row, price: price.replace(',', '.'), name: name.toUpperCase() };
};

function moduleIn(world: IngestWorld, fn: TransformFunction = transform): IngestWorld {
  world.transform = () => transformWith(new ModuleTransformer(async () => fn), world.model);
  return world;
}

interface UserFunction {
  readonly batchSize?: number;
  readonly concurrency?: number;
  readonly milliseconds?: number;
  readonly answer?: (event: FirehoseEvent) => Invoked;
}

/** A function that takes its time, and answers in an order of its own. */
function functionIn(world: IngestWorld, fn: UserFunction = {}): IngestWorld {
  const { batchSize = 7, concurrency = 3, milliseconds = 700, answer = asFirehose } = fn;
  world.model = { ...world.model, transform: 'function' };
  world.transform = (invocation: Invocation): NewRowTransform => transformWith(new FunctionTransformer({
    invoke: async (event, allowed) => {
      await invocation.wait(() => { world.clock += Math.min(milliseconds, allowed); });
      if (allowed < milliseconds) throw new Error('no answer in time');
      return invocation.call('transform', () => answer(event as FirehoseEvent));
    },
    newId: () => 'id',
    sleep: async (pause) => invocation.wait(() => { world.clock += pause; }),
  }, { batchSize, concurrency, callMilliseconds: 10_000, region: 'x', arnOf: (key) => key }), world.model);
  return world;
}

function asFirehose({ records }: FirehoseEvent): { payload: string } {
  const answered = records.map(({ recordId, data }) => {
    try {
      const row = JSON.parse(Buffer.from(data, 'base64').toString()) as Record<string, string>;
      const made = transform(row, { row: Number(recordId), uploadId: '', tenantId: '', fileName: '', metadata: {} }) as object | null;
      return made === null ? { recordId, result: 'Dropped' } : { recordId, result: 'Ok', data: base64Json(made) };
    } catch {
      return { recordId, result: 'ProcessingFailed', data };
    }
  });
  return { payload: JSON.stringify({ records: answered.reverse() }) };
}

type Row = Record<string, string>;

/** A function that makes something of every row. */
function answering(fn: (row: Row) => object): (event: FirehoseEvent) => Invoked {
  return ({ records }) => ({
    payload: JSON.stringify({
      records: records.map(({ recordId, data }) => ({ recordId, result: 'Ok', data: base64Json(fn(JSON.parse(Buffer.from(data, 'base64').toString()) as Row)) })),
    }),
  });
}

const FILE = 'name,price\na,"1,5"\ndrop,1\nfail,2\nb,cheap\nc,3,4\nd,5\n';
const REJECTS = (failure: string) => [
  ['name', 'price', 'row', 'column', 'code', 'message'],
  ['fail', '2', '3', '', 'TRANSFORM_FAILED', failure],
  ['b', 'cheap', '4', 'price', 'NOT_A_DECIMAL', "'price' must be a decimal number such as 12.5, got 'cheap'"],
  ['c', '3,4', '5', '', 'WRONG_FIELD_COUNT', 'the row must have 2 fields like the header, got 3'],
];
const RECORDS = {
  'DRUG#A\0INFO': { name: 'A', price: '1.5', row: '1' }, 'DRUG#D\0INFO': { name: 'D', price: '5', row: '6' },
};
const COUNTS = { total: 6, accepted: 2, rejected: 3, dropped: 1 };

test.each([
  ['module', moduleIn, 'the transform failed: no such drug'], ['function', functionIn, 'the transform says that it failed with the row'],
] as const)('records are made of what a %s makes of rows, and rejects show the rows', async (_, transforming, failure) => {
  const world = transforming(new IngestWorld(MODEL).put(FILE));
  expect(await world.deliver()).toEqual({ outcome: 'completed', counts: COUNTS });
  expect(world.table.records()).toEqual(RECORDS);
  expect(world.rejects.get(world.key)).toEqual(REJECTS(failure));
});

test('rows of JSON may be transformed, too: rejects show their JSON', async () => {
  const model: RecordModel = { ...MODEL, formats: [{ kind: 'ndjson', encoding: null }] };
  const lines = ['{"name":"a","price":"1,5","x":{"y":1.50}}', '{"name":"drop","price":""}', '{"price":"1","name":"fail"}', '{', '{"name":"d","price":5.0}'];
  const world = moduleIn(new IngestWorld(model).put(lines.join('\n')));
  expect(await world.deliver()).toMatchObject({ outcome: 'completed', counts: { total: 5, accepted: 2, rejected: 2, dropped: 1 } });
  expect(world.table.records()).toEqual({
    'DRUG#A\0INFO': { name: 'A', price: '1.5', row: '1' }, 'DRUG#D\0INFO': { name: 'D', price: '5', row: '5' },
  });
  expect(world.rejects.get(world.key)!.map(([record, row]) => [record, row])).toEqual([['record', 'row'], ['{"price":"1","name":"fail"}', '3'], ['{', '4']]);
});

describe.each([['module', moduleIn], ['function', functionIn]] as const)('what columns say of texts, after a %s', (_, transforming) => {
  const columns = [column('name', 'string'), column('net', 'decimal', { normalize: ['decimalComma'] }), column('pieces', 'integer'), column('more', 'json')];
  const model: RecordModel = { ...MODEL, columns, formats: [{ kind: 'ndjson', encoding: null }] };
  type Values = { readonly name: string; readonly [column: string]: unknown };
  const run = async (rows: readonly Values[], fn: (row: Row) => object) => {
    const world = new IngestWorld(model).put(rows.map((row) => JSON.stringify(row)).join('\n'));
    await (transforming === moduleIn ? moduleIn(world, fn) : functionIn(world, { answer: answering(fn) })).deliver();
    return rows.map((row) => {
      const { net, pieces, more } = world.table.get(`DRUG#${row.name}`, 'INFO')!;
      return { net, pieces, more };
    });
  };

  test('does not change its numbers, nor those of JSON that it passes on', async () => {
    const made: Record<string, object> = { a: { net: 1.234, pieces: 1e21 }, b: { net: '1.234', pieces: '7' }, c: {} };
    expect(await run([{ name: 'a' }, { name: 'b' }, { name: 'c', net: 1.234, pieces: 7.5e1 }], (row) => ({ ...row, ...made[row.name] }))).toEqual([
      { net: { N: '1.234' }, pieces: { N: '1000000000000000000000' } }, { net: { N: '1234' }, pieces: { N: '7' } }, { net: { N: '1.234' }, pieces: { N: '75' } },
    ]);
  });

  test('leaves texts in columns of JSON texts, if they are passed on', async () => {
    const texts = ['5', 'true', 'plain', '{"x":1}', ''];
    expect(await run(texts.map((more, nth) => ({ name: `${nth}`, more })), (row) => row)).toEqual(texts.map((S) => ({ more: { S } })));
    expect(await run([{ name: 'a' }], (row) => ({ ...row, more: JSON.stringify('5') }))).toEqual([{ more: { S: '5' } }]);
    expect(await run([{ name: 'a' }], (row) => ({ ...row, more: '5' }))).toEqual([{ more: { N: '5' } }]);
  });
});

describe.each([['module', moduleIn], ['function', functionIn]] as const)('a %s gets rows of which is known what they are', (_, transforming) => {
  const columns = [
    column('full_name', 'string', { aliases: ['Name', 'nom'] }), column('net_price', 'decimal', { normalize: ['decimalComma'] }), column('line', 'integer', { computed: '{row}' }),
  ];
  const keys = { partitionKey: 'P#{full_name}', sortKey: 'INFO' };
  const model: RecordModel = { ...MODEL, columns, keys, unknownColumns: 'keep', looseHeader: true };
  const csv = (more: Partial<CsvModel> = {}): RecordModel => ({ ...model, formats: [{ ...CSV, ...more }] });
  const json: RecordModel = { ...model, formats: [{ kind: 'ndjson', encoding: null }] };
  /** What it was given, and the world afterwards. */
  const run = async (of: RecordModel, content: string, fn: (row: Row) => object) => {
    const given: Row[] = [];
    const noting = (row: Row) => fn((given.push({ ...row }), row));
    const world = new IngestWorld(of).put(content);
    await (transforming === moduleIn ? moduleIn(world, noting) : functionIn(world, { answer: answering(noting) })).deliver();
    return { given, world, rejects: (world.rejects.get(world.key) ?? []).slice(1) };
  };

  test.each<[string, RecordModel, string]>([
    ['CSV', csv(), 'NAME,net-price,Other Column,\na,"1,50",x,y\n'],
    ['JSON', json, '{"NAME":"a","net-price":1.50,"Other Column":"x","column_4":"y"}\n'],
  ])('columns of the schema by its names, and others by those of the file: %s', async (__, of, content) => {
    const { given, world } = await run(of, content, (row) => ({ ...row, full_name: row.full_name.toUpperCase() }));
    expect(given).toEqual([{ 'full_name': 'a', 'net_price': '1,50', 'Other Column': 'x', 'column_4': 'y' }]);
    expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 1, accepted: 1, rejected: 0 } });
    expect(world.table.records()).toEqual({
      'P#A\0INFO': { 'full_name': 'A', 'net_price': '1.5', 'line': '1', 'Other Column': 'x', 'column_4': 'y' },
    });
  });

  test('rows as wide as the header, if the format makes them so; rejects are as wide as they were', async () => {
    const content = 'name,net price,note\na\nb,bad\nc,"3,5",x,y\n';
    const fill = await run(csv({ raggedRows: 'fill' }), content, (row) => row);
    expect(fill.given).toEqual([{ full_name: 'a', net_price: '', note: '' }, { full_name: 'b', net_price: 'bad', note: '' }]);
    expect(fill.world.upload.counts).toEqual({ total: 3, accepted: 1, rejected: 2 });
    expect(fill.rejects.map((line) => [line.slice(0, 4), line.at(-2)])).toEqual([
      [['b', 'bad', '', '2'], 'NOT_A_DECIMAL'], [['c', '3,5', 'x,y', '3'], 'WRONG_FIELD_COUNT'],
    ]);
    const fit = await run(csv({ raggedRows: 'fit' }), content, (row) => row);
    expect(fit.given[2]).toEqual({ full_name: 'c', net_price: '3,5', note: 'x' });
    expect(fit.world.upload.counts).toEqual({ total: 3, accepted: 2, rejected: 1 });
  });

  test('two names of one column that it makes reject their rows, and say who made them', async () => {
    const { world, rejects } = await run(csv(), 'Full Name,net price\na,1\nb,2\n', (row) => (row.full_name === 'b' ? { ...row, Name: 'c' } : row));
    expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 2, accepted: 1, rejected: 1 } });
    expect(rejects).toEqual([
      ['b', '2', '2', '', 'DUPLICATE_COLUMN', "the row that the transform made has 'full_name' and 'Name', which are both the column 'full_name'"],
    ]);
  });

  test('two names of one column that a file has fail it before a row is transformed; of JSON they reject the row', async () => {
    const table = await run(csv(), 'Full Name,nom\na,1\n', (row) => row);
    expect(table.world.upload).toMatchObject({
      status: 'FAILED', error: { code: 'DUPLICATE_COLUMN', message: "the header has 'Full Name' and 'nom', which are both the column 'full_name'" },
    });
    const objects = await run(json, '{"nom":"a","Full Name":"b"}\n{"nom":"c"}\n{"x":"1","x ":"2"}\n', (row) => row);
    expect(objects.world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 1, rejected: 2 } });
    expect(objects.rejects).toEqual([
      ['{"nom":"a","Full Name":"b"}', '1', '', 'DUPLICATE_COLUMN', "the row has 'nom' and 'Full Name', which are both the column 'full_name'"],
      ['{"x":"1","x ":"2"}', '3', '', 'DUPLICATE_COLUMN', "the row has 'x' more than once"],
    ]);
    expect([...table.given, ...objects.given]).toEqual([{ full_name: 'c', net_price: '' }]);
  });
});

test('of rows of JSON that nobody transforms it is said what they have, not what a header has', async () => {
  const world = new IngestWorld({ ...MODEL, formats: [{ kind: 'ndjson', encoding: null }] }).put('{"name":"a","colour":"red"}\n');
  await world.deliver();
  expect(world.rejects.get(world.key)![1].at(-1)).toBe("the row has 'colour'; the known columns are 'name', 'price', 'row'");
});

describe('a transform does not get', () => {
  const run = async (model: Partial<RecordModel>, content: string) => {
    const given: unknown[] = [];
    const world = moduleIn(new IngestWorld({ ...MODEL, ...model }).put(content), (row) => (given.push(row), row));
    await world.deliver();
    return { given, world };
  };

  test('columns without a name behind all others', async () => {
    const { given, world } = await run({}, 'name,price,,\na,1,,\nb,2,x,\nc,3,, \n');
    expect(given).toEqual([{ name: 'a', price: '1' }, { name: 'c', price: '3' }]);
    expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 2, rejected: 1 } });
    expect(world.rejects.get(world.key)![1]).toEqual([
      'b', '2', 'x', '', '2', '', 'UNKNOWN_COLUMN', "the row must have nothing in column 3, for which the header has no name, got 'x'",
    ]);
  });

  test('rows of which every field is empty, if they are left out', async () => {
    const { given, world } = await run({ emptyRows: 'skip' }, 'name,price\n,\na,1\n,,\n');
    expect(given).toEqual([{ name: 'a', price: '1' }]);
    expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 1, rejected: 0, dropped: 2 } });
    expect((await run({}, 'name,price\n,\na,1\n')).given).toHaveLength(2);
  });
});

describe('a transform that changes nothing', () => {
  const NAMES = ['a', 'A', ' a', 'x', 'b_c', 'B C', 'other', '', 'column_2'];
  const field = fc.constantFrom('', '1', '1,5', 'text', ' ');
  const nameless = fc.constantFrom([], [''], ['', ' ']);
  const header = fc.tuple(fc.shuffledSubarray(NAMES, { minLength: 1, maxLength: 5 }), nameless).map(([names, more]) => [...names, ...more]);
  const table = fc.tuple(header, fc.array(fc.array(field, { minLength: 1, maxLength: 6 }), { maxLength: 6 })).map(([names, rows]) => (
    [names, ...rows].map((fields) => fields.map((text) => `"${text}"`).join(',')).join('\n')
  ));
  const objects = fc.array(fc.dictionary(fc.constantFrom(...NAMES, 'line'), field), { maxLength: 6 });
  const content = fc.oneof(
    table.map((text) => ({ kind: 'csv' as const, text })),
    objects.map((rows) => ({ kind: 'ndjson' as const, text: rows.map((row) => JSON.stringify(row)).join('\n') })),
  );
  const rules = fc.record({
    raggedRows: fc.constantFrom('reject' as const, 'fill' as const, 'fit' as const),
    looseHeader: fc.boolean(),
    unknownColumns: fc.constantFrom('keep' as const, 'ignore' as const, 'fail' as const),
    emptyRows: fc.constantFrom(undefined, 'skip' as const),
    isAny: fc.boolean(),
  });

  test('makes the same records and the same rejects, whatever the file and the rules', async () => {
    let completed = 0;
    await fc.assert(fc.asyncProperty(content, rules, async ({ kind, text }, { raggedRows, isAny, ...schema }) => {
      const columns = [column('a', 'string', { aliases: ['x'] }), column('b_c', 'decimal'), column('line', 'integer', { computed: '{row}' })];
      const model = recordModel({
        ...schema, columns: isAny ? null : columns, formats: [kind === 'csv' ? { ...CSV, raggedRows } : { kind, encoding: null }],
      });
      const plain = new IngestWorld(model).put(text);
      const same = moduleIn(new IngestWorld(model).put(text), (row) => row);
      await plain.deliver();
      await same.deliver();
      // A header that no row could have fails a file; a transform may make other columns of it.
      if (plain.upload.status === 'FAILED') return;
      completed++;
      expect(same.upload).toEqual(plain.upload);
      expect(same.table.records()).toEqual(plain.table.records());
      const rejectsOf = (world: IngestWorld) => world.rejects.get(world.key)?.map((line) => line.slice(0, -1));
      expect(rejectsOf(same)).toEqual(rejectsOf(plain));
    }), { numRuns: 300 });
    expect(completed).toBeGreaterThan(50);
  });
});

describe.each(['module', 'function'] as const)('a %s gets the same rows', (kind) => {
  const model = recordModel({
    columns: [column('full_name', 'string', { required: true, aliases: ['Name'] }), column('price', 'decimal'), column('note', 'string')],
    keys: { partitionKey: '{uploadId}#{row}', sortKey: 'RECORD' },
    looseHeader: true,
  });
  const shout = (row: Row): object => (
    row.full_name === 'both' ? { ...row, NAME: 'x' } : { ...row, full_name: `${row.full_name}!`, note: row.note === '' ? 'none' : row.note }
  );
  const transformer = kind === 'module' ? new ModuleTransformer(async () => shout) : new FunctionTransformer({
    invoke: async (event) => answering(shout)(event as FirehoseEvent), newId: () => 'id', sleep: async () => undefined,
  }, { batchSize: 7, concurrency: 2, callMilliseconds: 10_000, region: 'x', arnOf: (key) => key });

  const note = 'x'.repeat(1_000);
  const rows = Array.from({ length: 240 }, (_, nth) => {
    switch (nth % 10) {
      case 4: return ['both', '1', 'x'];
      case 7: return [`n${nth}`];
      case 8: return [`n${nth}`, 'cheap'];
      default: return [`n${nth}`, '1.5', note];
    }
  });
  const files: Record<string, [RecordModel, string]> = {
    CSV: [{ ...model, formats: [{ ...CSV, raggedRows: 'fill' }] }, ['NAME,Price,note', ...rows.map((fields) => fields.join(','))].join('\n')],
    JSON: [{ ...model, formats: [{ kind: 'ndjson', encoding: null }] }, rows.map(([Name, Price, Note]) => JSON.stringify({ Name, Price, Note })).join('\n')],
  };

  test.each(Object.keys(files))('of %s, in one go, from checkpoint to checkpoint, and fanned out', async (format) => {
    const [of, content] = files[format];
    const worldOf = () => {
      const world = new IngestWorld(of).put(content);
      world.transform = () => transformWith(transformer, of);
      return world;
    };
    const inOneGo = worldOf();
    await inOneGo.deliver();
    expect(inOneGo.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 240, accepted: 192, rejected: 48 } });
    const records = inOneGo.table.records();
    const { uploadId } = inOneGo.upload;
    expect(records[`${uploadId}#1\0RECORD`]).toEqual({ full_name: 'n0!', price: '1.5', note });
    expect(records[`${uploadId}#8\0RECORD`]).toEqual({ full_name: 'n7!', note: 'none' });
    const rejects = inOneGo.rejects.get(inOneGo.key)!;
    expect(rejects.slice(1, 3).map((line) => line.slice(0, -1))).toEqual(format === 'CSV' ? [
      ['both', '1', 'x', '5', '', 'DUPLICATE_COLUMN'], ['n8', 'cheap', '', '9', 'price', 'NOT_A_DECIMAL'],
    ] : [
      ['{"Name":"both","Price":"1","Note":"x"}', '5', '', 'DUPLICATE_COLUMN'], ['{"Name":"n8","Price":"cheap"}', '9', 'price', 'NOT_A_DECIMAL'],
    ]);

    const continued = worldOf();
    continued.chunkSize = 4_000;
    continued.readMilliseconds = 300;
    await new QueuedUpload(continued, 10_000).run([]);
    expect(continued.jobs.length).toBeGreaterThan(1);
    expect(continued.upload).toMatchObject({ status: 'COMPLETED', counts: inOneGo.upload.counts });
    expect([continued.table.records(), continued.rejects.get(continued.key)]).toEqual([records, rejects]);

    const fannedOut = await FanOutWorld.create(of, [Buffer.from(content)], { uploadId });
    fannedOut.transform = transformWith(transformer, of);
    expect(await fannedOut.execute({ rangeSize: 30_000 })).toMatchObject({ status: 'COMPLETED', counts: inOneGo.upload.counts });
    expect([fannedOut.table.records(), fannedOut.rejects.get(fannedOut.upload.files[0].key)]).toEqual([records, rejects]);
  });
});

test('columns that it makes and the schema does not know reject their rows only', async () => {
  const world = moduleIn(new IngestWorld(MODEL).put('name,price\na,1\nb,2\n'), (row, { row: nth }) => (nth === 1 ? row : { ...row, colour: 'red' }));
  expect(await world.deliver()).toMatchObject({ counts: { total: 2, accepted: 1, rejected: 1 } });
  expect(world.rejects.get(world.key)![1].slice(2, 5)).toEqual(['2', '', 'UNKNOWN_COLUMN']);
});

test('columns of the file are what the transform is for, and not what the schema says', async () => {
  const world = moduleIn(new IngestWorld(MODEL).put('Wirkstoff;Preis,unused\n"a;1,50",x\n'), (row) => {
    const [name, price] = row['Wirkstoff;Preis'].split(';');
    return { name, price: price.replace(',', '.') };
  });
  expect(await world.deliver()).toMatchObject({ outcome: 'completed', counts: { total: 1, accepted: 1, rejected: 0 } });
  expect(world.table.records()).toEqual({ 'DRUG#a\0INFO': { name: 'a', price: '1.5' } });
});

test('an upload that is only checked is transformed, and nothing of it is written', async () => {
  const world = moduleIn(new IngestWorld(MODEL, anUpload(1, { dryRun: true })).put(FILE));
  expect(await world.deliver()).toMatchObject({ outcome: 'completed' });
  expect(world.upload.counts).toEqual(COUNTS);
  expect([world.table.records(), world.rejects.get(world.key)?.length]).toEqual([{}, 4]);
});

test('to count rows takes no transform', async () => {
  const seen: number[] = [];
  const world = moduleIn(new IngestWorld({ ...MODEL, maxRows: 6 }).put(FILE), (row, context) => {
    seen.push(context.row);
    return transform(row, context);
  });
  expect(await world.deliver()).toEqual({ outcome: 'completed', counts: COUNTS });
  expect(seen).toEqual([1, 2, 3, 4, 6]);
});

test('a module that cannot be loaded fails the upload, which can be processed again', async () => {
  const world = new IngestWorld(MODEL).put(FILE);
  world.transform = () => transformWith(new ModuleTransformer(async () => { throw new UploadFailure('TRANSFORM_NOT_LOADED', 'no'); }), MODEL);
  expect(await world.deliver()).toEqual({ outcome: 'failed', code: 'TRANSFORM_NOT_LOADED' });
  moduleIn(world);
  expect(await world.deliverJob()).toEqual({ outcome: 'completed', counts: COUNTS });
});

test('a function that fails ends the attempt, and the last of them the upload; after that it is tried again', async () => {
  const world = functionIn(new IngestWorld(MODEL).put(FILE), { answer: () => ({ errorType: 'ValueError' }) });
  await expect(world.deliver()).rejects.toMatchObject({ code: 'TRANSFORM_UNAVAILABLE' });
  expect(world.upload).toMatchObject({ status: 'PROCESSING' });
  await expect(world.deliver({ isLast: true })).rejects.toMatchObject({ name: 'LastAttemptFailed' });
  expect(world.upload).toMatchObject({ status: 'FAILED', error: { code: 'TRANSFORM_UNAVAILABLE' } });
  functionIn(world);
  expect(await world.deliverJob()).toEqual({ outcome: 'completed', counts: COUNTS });
});

describe('a file whose rows take longer to be transformed than an invocation has time for', () => {
  const NAMES = Array.from({ length: 150 }, (_, nth) => (nth % 13 === 5 ? 'drop' : nth % 17 === 3 ? 'fail' : `drug ${nth % 110}`));
  const CONTENT = `name,price,note\n${NAMES.map((name, nth) => `${name},"${nth},5","a\nnote ${nth}"`).join('\n')}`;

  /** By a parser that reads everything at once, and the plainest possible rules. */
  const expected = () => {
    const rows = parse(CONTENT, { columns: true }) as Record<string, string>[];
    const records: Record<string, Record<string, string>> = {};
    const rejected: string[] = [];
    let dropped = 0;
    rows.forEach(({ name, price }, nth) => {
      const key = `DRUG#${name.toUpperCase()}\0INFO`;
      if (name === 'drop') dropped++;
      else if (name === 'fail' || key in records) rejected.push(String(nth + 1));
      else records[key] = { name: name.toUpperCase(), price: price.replace(',', '.'), row: String(nth + 1) };
    });
    const accepted = Object.keys(records).length;
    return { records, rejected, counts: { total: rows.length, accepted, rejected: rejected.length, dropped } };
  };

  test.each<[string, fc.Arbitrary<number>]>([
    ['however long its jobs wait', NEVER], ['whatever goes wrong', fc.oneof(NEVER, fc.integer({ min: 1, max: 40 }))],
  ])('%s, every row counts once, and has become what it would have become', async (_, faultAt) => {
    const cases = [
      fc.integer({ min: 15_000, max: 30_000 }), fc.integer({ min: 8, max: 30 }), fc.integer({ min: 1, max: 3 }), turns(faultAt),
    ] as const;
    let continued = 0;
    await fc.assert(fc.asyncProperty(...cases, async (workMilliseconds, batchSize, concurrency, eventful) => {
      const world = functionIn(new IngestWorld(MODEL).put(CONTENT), { batchSize, concurrency, milliseconds: 1_500 });
      world.chunkSize = 300;
      world.readMilliseconds = 100;
      world.writeMilliseconds = 200;
      const upload = new QueuedUpload(world, workMilliseconds);
      await upload.run(eventful);
      expect(upload.hasEnded).toBe(true);
      if (world.upload.status === 'FAILED' && faultAt !== NEVER) return;
      const { records, rejected, counts } = expected();
      expect(world.upload).toMatchObject({ status: 'COMPLETED', counts, error: null });
      expect(world.table.records()).toEqual(records);
      expect(world.rejects.get(world.key)!.slice(1).map((line) => line[3])).toEqual(rejected);
      continued += world.jobs.length;
    }), { numRuns: 40 });
    expect(continued).toBeGreaterThan(0);
  });
});
