import fc from 'fast-check';
import { BadRow, RowBatch, SourceRow } from '../../../../lambda-src/application/ingest/row-source';
import { DROPPED, TransformedBatch } from '../../../../lambda-src/application/transform/row-transform';
import { NumberedRow, RowTransformer, TransformJob, transformWith } from '../../../../lambda-src/application/transform/transform-rows';
import { RowResult, TransformFault } from '../../../../lambda-src/domain/transform/transform-result';
import { anUpload } from '../../../support/fakes/uploads';
import { column } from '../../domain/records/record-models';

const upload = anUpload(1);
const job: TransformJob = { upload, file: upload.files[0], rowsBefore: 0, timeLeft: () => 60_000 };
const ANY = { columns: null, unknownColumns: 'keep' as const };
const upperCase = ({ names, texts }: NumberedRow): RowResult => ({ names, texts: texts.map((text) => text.toUpperCase()) });

function transformer(transform: RowTransformer['transform'], more: Partial<RowTransformer> = {}): RowTransformer {
  return { batchSize: null, concurrency: 1, transform, ...more };
}

function batch(rows: readonly SourceRow[], header = ['a', 'b'], from = 0): RowBatch {
  return { header, rows, ends: rows.map((_, nth) => from + nth + 1) };
}

async function run(of: RowTransformer, batches: readonly RowBatch[], more: Partial<TransformJob> = {}): Promise<TransformedBatch[]> {
  const all: TransformedBatch[] = [];
  for await (const one of transformWith(of, ANY)({ ...job, ...more })(arriving(batches), {})) all.push(one);
  return all;
}

async function* arriving(batches: readonly RowBatch[]): AsyncGenerator<RowBatch> {
  yield* batches;
}

test('a batch comes out as it went in, with what each of its rows has become', async () => {
  const bad = new BadRow('WRONG_FIELD_COUNT', 'no JSON', '{');
  const given = { ...batch([['x', 'y'], bad, ['z', ''], ['drop', ''], ['fail', '']]), texts: ['1', '2', '3', '4', '5'] };
  const [out] = await run(transformer(async (rows) => rows.map((row): RowResult => {
    if (row.texts[0] === 'drop') return null;
    return row.texts[0] === 'fail' ? new TransformFault('TRANSFORM_FAILED', 'no') : upperCase(row);
  })), [given]);
  expect(out).toEqual({
    ...given,
    results: [
      { header: ['a', 'b'], fields: ['X', 'Y'] }, bad, { header: ['a', 'b'], fields: ['Z', ''] }, DROPPED, new BadRow('TRANSFORM_FAILED', 'no', ''),
    ],
  });
});

test('rows are told by their numbers in the file, also by those of the rows that cannot be read', async () => {
  const seen: number[] = [];
  const of = transformer(async (rows) => rows.map((row) => (seen.push(row.row), null)));
  await run(of, [batch([['1', ''], new BadRow('WRONG_FIELD_COUNT', '', ''), ['3', '']]), batch([['4', '']])], { rowsBefore: 10 });
  expect(seen).toEqual([11, 13, 14]);
});

test('a row that is not as wide as the header is rejected, and nobody gets it', async () => {
  const seen: unknown[] = [];
  const [out] = await run(transformer(async (rows) => rows.map((row) => (seen.push(row.texts), null))), [batch([['1'], ['1', '2', '3'], ['1', '2']])]);
  expect(out.results).toEqual([
    new BadRow('WRONG_FIELD_COUNT', 'the row must have 2 fields like the header, got 1', ''),
    new BadRow('WRONG_FIELD_COUNT', 'the row must have 2 fields like the header, got 3', ''),
    DROPPED,
  ]);
  expect(seen).toEqual([['1', '2']]);
});

test.each([
  ['fill', [['1', ''], 'the row must have 2 fields like the header, got 3', ['1', '2']]],
  ['fit', [['1', ''], ['1', '2'], ['1', '2']]],
] as const)('where the format says %s, rows get the header\'s width before they are transformed, and stay what they were', async (raggedRows, expected) => {
  const given = batch([['1'], ['1', '2', '3'], ['1', '2']]);
  const out: TransformedBatch[] = [];
  const of = transformer(async (rows) => rows.map(upperCase), { batchSize: 2 });
  for await (const one of transformWith(of, ANY)(job)(arriving([given]), { raggedRows })) out.push(one);
  expect(out.flatMap(({ results }) => results)).toEqual(expected.map((one) => (
    typeof one === 'string' ? new BadRow('WRONG_FIELD_COUNT', one, '') : { header: ['a', 'b'], fields: one }
  )));
  expect(out.flatMap(({ rows }) => rows)).toEqual(given.rows);
});

test('what is done with them may be known only once rows are read', async () => {
  const source: { raggedRows?: 'fill' } = {};
  const opening = (async function* () {
    source.raggedRows = 'fill';
    yield batch([['1']]);
    // Whoever has read a file may close it before its last rows are transformed.
    delete source.raggedRows;
  })();
  const of = transformer(async (rows) => rows.map(upperCase), { batchSize: 9 });
  for await (const { results } of transformWith(of, ANY)(job)(opening, source)) {
    expect(results).toEqual([{ header: ['a', 'b'], fields: ['1', ''] }]);
  }
});

test('short rows below a wide header are not gathered until they fill the memory', async () => {
  const header = Array.from({ length: 50_000 }, (_, nth) => `c${nth}`);
  const calls: number[] = [];
  const of = transformer(async (rows) => (calls.push(rows.length), rows.map(() => null)), { batchSize: 10_000 });
  const rows = Array.from({ length: 100 }, () => ['x']);
  for await (const { results } of transformWith(of, ANY)(job)(arriving([batch(rows, header)]), { raggedRows: 'fill' })) {
    expect(results[0]).toBe(DROPPED);
  }
  expect(Math.max(...calls)).toBeLessThanOrEqual(10);
});

test('columns of the schema have its names, by whatever name the file has them, and others those of the file', async () => {
  const names: unknown[] = [];
  const of = transformer(async (rows) => rows.map((row) => (names.push(row.names), null)));
  const columns = [column('full_name', 'string', { aliases: ['Name'] }), column('line', 'integer', { computed: '{row}' })];
  const namesOf = async (header: string[], looseHeader: boolean) => {
    names.length = 0;
    for await (const _ of transformWith(of, { columns, unknownColumns: 'keep', looseHeader })(job)(arriving([batch([header], header)]), {})) { /* on */ }
    return names;
  };
  expect(await namesOf([' Name', 'Full Name', 'line'], false)).toEqual([['full_name', 'Full Name', 'line']]);
  expect(await namesOf(['Full Name', 'other Column', ''], true)).toEqual([['full_name', 'other Column', 'column_3']]);
  await expect(namesOf(['Name', 'full_name'], false)).rejects.toMatchObject({
    code: 'DUPLICATE_COLUMN', message: "the header has 'Name' and 'full_name', which are both the column 'full_name'",
  });
});

test('rows with columns of their own that are the same one are bad, and those beside them are not', async () => {
  const objects = (header: string[], rows: string[][]): RowBatch => ({ ...batch(rows, header), texts: rows.map(() => '{}') });
  const given = [objects(['a', 'a '], [['1', '2'], ['3', '4']]), objects(['a'], [['5']])];
  const seen: string[] = [];
  const out = await run(transformer(async (rows) => rows.map((row) => (seen.push(row.texts[0]), upperCase(row)))), given);
  const bad = new BadRow('DUPLICATE_COLUMN', "the row has 'a' more than once", '');
  expect(out.map(({ results }) => results)).toEqual([[bad, bad], [{ header: ['a'], fields: ['5'] }]]);
  expect(seen).toEqual(['5']);
});

test('every column has a name, and each another', async () => {
  const names: unknown[] = [];
  const of = transformer(async (rows) => rows.map((row) => (names.push(row.names), null)));
  await run(of, [batch([['1', '2', '3']], [' a ', '', ' '])]);
  await run(of, [batch([['1', '2']], ['column_2', ''])]);
  expect(names).toEqual([['a', 'column_2', 'column_3'], ['column_2', 'column_2_']]);
  await expect(run(of, [batch([['1', '2']], ['a', 'a '])])).rejects.toMatchObject({ code: 'DUPLICATE_COLUMN', message: "the header has 'a' more than once" });
});

test('rows of several batches share a call, and the last ones do not wait for more', async () => {
  const calls: number[][] = [];
  const of = transformer(async (rows) => {
    calls.push(rows.map(({ row }) => row));
    return rows.map(upperCase);
  }, { batchSize: 3 });
  await run(of, [batch([['1', '']]), batch([]), batch([['2', '']]), batch([['3', ''], ['4', '']])]);
  expect(calls).toEqual([[1, 2, 3], [4]]);
});

test('a batch is cut where a call has enough rows, and one without rows is handed on', async () => {
  const given = { ...batch([['1', ''], ['2', ''], ['3', '']]), texts: ['a', 'b', 'c'] };
  const out = await run(transformer(async (rows) => rows.map(upperCase), { batchSize: 2 }), [batch([], ['h']), given]);
  expect(out.map(({ header, rows, ends, texts, results }) => [header, rows.length, ends, texts, results.length])).toEqual([
    [['h'], 0, [], undefined, 0], [['a', 'b'], 2, [1, 2], ['a', 'b'], 2], [['a', 'b'], 1, [3], ['c'], 1],
  ]);
});

test('long rows are not gathered until there are enough of them', async () => {
  const calls: number[] = [];
  const long = ['x'.repeat(400_000), ''];
  const of = transformer(async (rows) => {
    calls.push(rows.length);
    return rows.map(() => null);
  }, { batchSize: 10_000 });
  await run(of, Array.from({ length: 20 }, () => batch([long])));
  expect(calls).toEqual([8, 8, 4]);
});

test.each([[null, 1], [10, 4], [1, 100]])('%j rows of a call, %j at once: the file is read no further ahead than calls need', async (batchSize, concurrency) => {
  let read = 0;
  const ahead: number[] = [];
  const endless = (async function* () {
    for (;;) {
      read++;
      yield batch([['1', '2'], ['3', '4']]);
    }
  })();
  let taken = 0;
  const of = transformer(async (rows) => rows.map(upperCase), { batchSize, concurrency });
  for await (const _ of transformWith(of, ANY)(job)(endless, {})) {
    ahead.push(read - taken);
    if (++taken === 500) break;
  }
  expect(Math.max(...ahead)).toBeLessThanOrEqual(1 + concurrency * ((batchSize ?? 2) + 1));
});

test.each<[string, SourceRow]>([
  ['many', ['x']], ['long', new BadRow('WRONG_FIELD_COUNT', '', 'x'.repeat(100_000))],
])('rows that nobody transforms, however %s, are not gathered for ever behind a row whose call waits for others, or for its answer', async (_, bad) => {
  for (const batchSize of [1, 100]) {
    let read = 0;
    const endless = (async function* () {
      yield batch([['1', '2']]);
      for (; read < 100_000; read++) yield batch(Array.from({ length: 10 }, () => bad));
    })();
    const of = transformer(async (rows) => {
      await new Promise(setImmediate);
      return rows.map(upperCase);
    }, { batchSize, concurrency: 4 });
    for await (const { results } of transformWith(of, ANY)(job)(endless, {})) {
      expect(results).toHaveLength(1);
      break;
    }
    expect(read).toBeLessThan(10_000);
  }
});

describe('when it ends early', () => {
  const endless = (closed: () => void) => (async function* () {
    try {
      for (;;) yield batch([['1', '2']]);
    } finally {
      closed();
    }
  })();

  test.each<[string, RowTransformer, (batches: AsyncIterable<TransformedBatch>) => Promise<void>]>([
    ['since a call failed', transformer(async () => { throw new Error('down'); }, { batchSize: 2, concurrency: 3 }), async (batches) => {
      await expect((async () => { for await (const _ of batches) { /* on */ } })()).rejects.toThrow('down');
    }],
    ['since nobody wants more', transformer(async (rows) => rows.map(upperCase)), async (batches) => {
      for await (const _ of batches) break;
    }],
  ])('%s, the file is closed and calls are given up', async (_, of, use) => {
    const closed = jest.fn();
    const signals = new Set<AbortSignal>();
    const spied: RowTransformer = {
      ...of, batchSize: of.batchSize, transform: async (rows, about, signal) => (signals.add(signal), of.transform(rows, about, signal)),
    };
    await use(transformWith(spied, ANY)(job)(endless(closed), {}));
    expect(closed).toHaveBeenCalledTimes(1);
    expect([...signals].map(({ aborted }) => aborted)).toEqual([true]);
  });
});

test('whatever the batches, the calls and the order of the answers, every row gets its own result, in the order of the file', async () => {
  const sourceRow = fc.oneof({ weight: 5, arbitrary: fc.tuple(fc.string(), fc.string()) }, { weight: 1, arbitrary: fc.constant(new BadRow('WRONG_FIELD_COUNT', 'x', 'x')) });
  await fc.assert(fc.asyncProperty(
    fc.array(fc.array(sourceRow, { maxLength: 8 }), { maxLength: 12 }),
    fc.option(fc.integer({ min: 1, max: 9 })), fc.integer({ min: 1, max: 5 }), fc.scheduler(),
    async (batches, batchSize, concurrency, scheduler) => {
      let running = 0;
      let most = 0;
      const of = transformer(async (rows) => {
        most = Math.max(most, ++running);
        expect(rows.length).toBeLessThanOrEqual(batchSize ?? Infinity);
        await scheduler.schedule(Promise.resolve());
        running--;
        return rows.map(({ row, texts: [text] }): RowResult => (
          row % 7 === 0 ? null : row % 5 === 0 ? new TransformFault('TRANSFORM_FAILED', String(row)) : { names: ['row', 'text'], texts: [String(row), text] }
        ));
      }, { batchSize, concurrency });
      let from = 0;
      const given = batches.map((rows) => {
        const one = batch(rows, ['a', 'b'], from);
        from += rows.length;
        return one;
      });
      const out = await scheduler.waitFor(run(of, given));
      expect(out.every(({ rows, ends, results }) => rows.length === ends.length && rows.length === results.length)).toBe(true);
      expect(out.flatMap(({ rows }) => rows)).toEqual(batches.flat());
      expect(out.flatMap(({ ends }) => ends)).toEqual(given.flatMap(({ ends }) => ends));
      expect(most).toBeLessThanOrEqual(concurrency);
      let row = 0;
      const expected = batches.map((rows) => rows.map((source) => {
        row++;
        if (source instanceof BadRow) return source;
        if (row % 7 === 0) return DROPPED;
        return row % 5 === 0 ? new BadRow('TRANSFORM_FAILED', String(row), '') : { header: ['row', 'text'], fields: [String(row), source[0]] };
      }));
      expect(out.flatMap(({ results }) => results)).toEqual(expected.flat());
    },
  ));
});
