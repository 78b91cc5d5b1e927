import fc from 'fast-check';
import { Invoked } from '../../../../lambda-src/application/ingest/call-handler';
import { FunctionTransformer } from '../../../../lambda-src/application/transform/function-transformer';
import { NumberedRow, TransformJob } from '../../../../lambda-src/application/transform/transform-rows';
import { FirehoseEvent } from '../../../../lambda-src/domain/transform/firehose';
import { RowResult } from '../../../../lambda-src/domain/transform/transform-result';
import { anUpload } from '../../../support/fakes/uploads';

const AT = '2026-01-01T00:00:00.000Z';
const upload = anUpload(1, { uploadedAt: AT, metadata: { lab: '7' } });
const { uploadId, tenantId, metadata, files: [{ key, fileName }] } = upload;
const job: TransformJob = { upload, file: upload.files[0], rowsBefore: 0, timeLeft: () => 60_000 };
const row = (nth: number, text: string): NumberedRow => ({ row: nth, names: ['a'], texts: [text] });
const rows = (...texts: string[]) => texts.map((text, nth) => row(nth + 1, text));
const made = (...texts: string[]) => texts.map((a) => ({ names: ['a'], texts: [a] }));
const MOST_BYTES = 6_291_456;

interface Call { readonly event: FirehoseEvent; readonly milliseconds: number }

function setUp(answer: (event: FirehoseEvent, nth: number) => Invoked = echo, about: Partial<TransformJob> = {}) {
  const calls: Call[] = [];
  const pauses: number[] = [];
  const of = new FunctionTransformer({
    invoke: async (event, milliseconds) => answer(event as FirehoseEvent, calls.push({ event: event as FirehoseEvent, milliseconds })),
    newId: () => 'id',
    sleep: async (milliseconds) => { pauses.push(milliseconds); },
  }, { batchSize: 500, concurrency: 4, callMilliseconds: 10_000, region: 'eu-west-1', arnOf: (name) => `arn:aws:s3:::files/${name}` });
  const transform = async (given: readonly NumberedRow[], signal = new AbortController().signal): Promise<readonly RowResult[]> => (
    of.transform(given, { ...job, ...about }, signal));
  return { of, calls, pauses, transform };
}

const echo = ({ records }: FirehoseEvent): Invoked => ({ payload: JSON.stringify({ records: records.map(({ recordId, data }) => ({ recordId, result: 'Ok', data })) }) });

test('a function gets rows as it would get records of a stream', async () => {
  const { transform, calls } = setUp();
  expect(await transform(rows('ü', '2'))).toEqual(made('ü', '2'));
  expect(calls).toEqual([{
    milliseconds: 10_000,
    event: {
      invocationId: 'id',
      deliveryStreamArn: `arn:aws:s3:::files/${key}`,
      region: 'eu-west-1',
      records: [
        { recordId: '1', approximateArrivalTimestamp: Date.parse(AT), data: Buffer.from('{"a":"ü"}').toString('base64') },
        { recordId: '2', approximateArrivalTimestamp: Date.parse(AT), data: Buffer.from('{"a":"2"}').toString('base64') },
      ],
      upload: { uploadId, tenantId, fileName, metadata },
    },
  }]);
});

test('it says how many rows it takes at once', () => expect(setUp().of).toMatchObject({ batchSize: 500, concurrency: 4 }));

test('no call has more than Lambda takes, and none less than it could', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 2_000_000 }), { minLength: 1, maxLength: 8 }), async (lengths) => {
    const { transform, calls } = setUp();
    const texts = lengths.map((length) => 'x'.repeat(length));
    expect((await transform(rows(...texts))).length).toBe(texts.length);
    const sizes = calls.map(({ event }) => JSON.stringify(event).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_BYTES);
    const firsts = calls.map(({ event }) => JSON.stringify(event.records[0]).length);
    sizes.slice(1).forEach((_, nth) => expect(sizes[nth] + firsts[nth + 1]).toBeGreaterThan(6_000_000));
    expect(calls.flatMap(({ event }) => event.records.map(({ recordId }) => recordId))).toEqual(texts.map((_, nth) => String(nth + 1)));
  }), { numRuns: 15 });
});

test('an answer that is too large is asked for in halves, and a row that has too large a one alone is rejected', async () => {
  const { transform, calls } = setUp((event) => (
    event.records.length > 2 || event.records.some(({ recordId }) => recordId === '4') ? { errorType: 'Function.ResponseSizeTooLarge' } : echo(event)
  ));
  expect(await transform(rows('1', '2', '3', '4', '5'))).toEqual([
    ...made('1', '2', '3'), expect.objectContaining({ code: 'INVALID_TRANSFORM', message: 'the transform must make a row of at most 6 MB' }), ...made('5'),
  ]);
  expect(calls.map(({ event }) => event.records.length)).toEqual([5, 3, 2, 1, 2, 1, 1]);
});

describe('an error of the function', () => {
  test('is one to try again after', async () => {
    const { transform, calls, pauses } = setUp((event, nth) => (nth < 4 ? { errorType: 'ValueError' } : echo(event)));
    expect(await transform(rows('1'))).toEqual(made('1'));
    expect([calls.length, pauses]).toEqual([4, [200, 400, 800]]);
  });

  test('that stays ends the attempt, and shows its type only', async () => {
    const { transform, calls } = setUp(() => ({ errorType: 'ValueError' }));
    await expect(transform(rows('1'))).rejects.toMatchObject({ name: 'AttemptFailed', code: 'TRANSFORM_UNAVAILABLE', message: 'the function that transforms rows failed with ValueError; its log says why' });
    expect(calls).toHaveLength(4);
  });

  test('is the last when nobody waits any more', async () => {
    const { transform, calls } = setUp(() => ({ errorType: 'ValueError' }));
    await expect(transform(rows('1'), AbortSignal.abort())).rejects.toThrow('ValueError');
    expect(calls).toHaveLength(1);
  });
});

test('an answer that is none fails the upload at once', async () => {
  const { transform, calls } = setUp(() => ({ payload: '{"records":[]}' }));
  await expect(transform(rows('1'))).rejects.toMatchObject({ name: 'UploadFailure', code: 'INVALID_TRANSFORM' });
  expect(calls).toHaveLength(1);
});

describe('time', () => {
  test('a call gets no more than there is', async () => {
    const { transform, calls } = setUp(echo, { timeLeft: () => 3_000 });
    await transform(rows('1'));
    expect(calls[0].milliseconds).toBe(3_000);
  });

  test('without any, nothing is called', async () => {
    const { transform, calls } = setUp(echo, { timeLeft: () => 0 });
    await expect(transform(rows('1'))).rejects.toMatchObject({ name: 'OutOfTime' });
    expect(calls).toEqual([]);
  });

  test('a call that outlasts it is no failure of the function, and another trouble is', async () => {
    let left = 100;
    const down = () => { left -= 60; throw new Error('no answer'); };
    const { transform } = setUp(down, { timeLeft: () => left });
    await expect(transform(rows('1'))).rejects.toThrow('no answer');
    await expect(transform(rows('1'))).rejects.toMatchObject({ name: 'OutOfTime' });
  });
});
