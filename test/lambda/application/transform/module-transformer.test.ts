import { ModuleTransformer, RowContext, TransformFunction } from '../../../../lambda-src/application/transform/module-transformer';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { anUpload } from '../../../support/fakes/uploads';

const upload = anUpload(1, { metadata: { lab: '7' } });
const job = { upload, file: upload.files[0], rowsBefore: 0, timeLeft: () => 60_000 };
const rows = (...texts: string[]) => texts.map((text, nth) => ({ row: nth + 1, names: ['a'], texts: [text] }));
const transform = async (fn: TransformFunction, ...texts: string[]) => new ModuleTransformer(async () => fn).transform(rows(...texts), job);
const made = (...texts: string[]) => texts.map((a) => ({ names: ['a'], texts: [a] }));

test('the function gets a row and what it belongs to', async () => {
  const calls: [Record<string, string>, RowContext][] = [];
  const results = await transform((row, context) => {
    calls.push([row, context]);
    return { ...row, a: row.a + context.row };
  }, 'x', 'y');
  const { uploadId, tenantId } = upload;
  const about = { uploadId, tenantId, fileName: upload.files[0].fileName, metadata: { lab: '7' } };
  expect(calls.map(([row, context]) => [{ ...row }, context])).toEqual([[{ a: 'x' }, { row: 1, ...about }], [{ a: 'y' }, { row: 2, ...about }]]);
  expect(Object.getPrototypeOf(calls[0][0])).toBeNull();
  expect(results).toEqual(made('x1', 'y2'));
});

test('a column may have any name', async () => {
  const names = ['__proto__', 'constructor', 'toString', 'then'];
  const seen: string[][] = [];
  const of = new ModuleTransformer(async () => (row) => {
    seen.push(Object.keys(row), Object.values(row));
    return row;
  });
  expect(await of.transform([{ row: 1, names, texts: ['1', '2', '3', '4'] }], job)).toEqual([{ names, texts: ['1', '2', '3', '4'] }]);
  expect(seen).toEqual([names, ['1', '2', '3', '4']]);
});

test('what it does to its upload is nobody else\'s trouble', async () => {
  const [result] = await transform((_, { metadata }) => Object.assign(metadata, { lab: '8' }), 'x');
  expect(result).toMatchObject({ code: 'TRANSFORM_FAILED' });
  expect(upload.metadata).toEqual({ lab: '7' });
});

test('it may promise its results, in any order, and some only', async () => {
  const results = await transform((row, context) => {
    if (context.row % 2 === 0) return { a: row.a.toUpperCase() };
    return new Promise((resolve) => { setTimeout(resolve, context.row === 1 ? 20 : 0, { a: `${row.a}!` }); });
  }, 'x', 'y', 'z');
  expect(results).toEqual(made('x!', 'Y', 'z!'));
});

test('32 promises wait at the same time, no more', async () => {
  let waiting = 0;
  let most = 0;
  const results = await transform(async ({ a }) => {
    most = Math.max(most, ++waiting);
    await new Promise((resolve) => { setImmediate(resolve); });
    waiting--;
    return { a };
  }, ...Array.from({ length: 100 }, (_, nth) => String(nth)));
  expect(results).toEqual(made(...Array.from({ length: 100 }, (_, nth) => String(nth))));
  expect(most).toBe(32);
});

test('what goes wrong with a row goes wrong with no other', async () => {
  const results = await transform((row) => {
    switch (row.a) {
      case 'throw': throw new RangeError('too far');
      case 'reject': return Promise.reject(new Error('down'));
      case 'text': throw 'a text'; // eslint-disable-line no-throw-literal
      case 'list': return [row];
      case 'promised list': return Promise.resolve([row]);
      case 'trap': return { get a() { throw new Error('trapped'); } };
      case 'no promise': return { then: 'x' };
      case 'drop': return undefined;
      default: return row;
    }
  }, 'throw', 'reject', 'text', 'list', 'promised list', 'trap', 'no promise', 'drop', 'fine');
  expect(results).toMatchObject([
    { code: 'TRANSFORM_FAILED', message: 'the transform failed: too far' },
    { code: 'TRANSFORM_FAILED', message: 'the transform failed: down' },
    { code: 'TRANSFORM_FAILED', message: 'the transform failed: a text' },
    { code: 'INVALID_TRANSFORM' },
    { code: 'INVALID_TRANSFORM' },
    { code: 'TRANSFORM_FAILED', message: 'the transform failed: trapped' },
    { names: ['then'], texts: ['x'] },
    null,
    { names: ['a'], texts: ['fine'] },
  ]);
});

test('without a function there is nothing to do', async () => {
  const failure = new UploadFailure('TRANSFORM_NOT_LOADED', 'no');
  await expect(new ModuleTransformer(async () => { throw failure; }).transform(rows('x'), job)).rejects.toBe(failure);
});
