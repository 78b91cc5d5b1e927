import { randomBytes } from 'node:crypto';
import { openObject } from '../../../../lambda-src/adapters/s3/s3-object-bytes';
import { withServer } from '../aws/aws-server';
import { FaultyObject } from './faulty-object';

const HEAD = 256 * 1024;
const BYTES = randomBytes(1_000_003);

const s3 = withServer(new FaultyObject());

const pauses: number[] = [];
beforeEach(() => { pauses.length = 0; });
const ports = { sleep: async (milliseconds: number) => { pauses.push(milliseconds); }, random: () => 0.5, silenceMs: 20_000 };
const open = (etag?: string, changes: Partial<typeof ports> = {}) => openObject('bucket', 'uploads/ü 1.csv', etag, { ...ports, ...changes });
const all = async (chunks: AsyncIterable<Buffer>) => {
  const read: Buffer[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return Buffer.concat(read);
};
/** Comparing a megabyte byte by byte, as Jest does, takes seconds. */
const isAll = (read: Buffer, from = 0, to?: number) => read.equals(BYTES.subarray(from, to));
const failure = async (promise: Promise<unknown>) => promise.then(() => { throw new Error('it succeeded'); }, (error: unknown) => error);

describe('an object', () => {
  test('that is small takes one request, with all that is known of it', async () => {
    s3.put('a,b\n');
    const object = await open();
    expect(object).toMatchObject({ size: 4, contentType: 'text/csv', etag: 'etag-1' });
    expect(await all(object.read(0))).toEqual(Buffer.from('a,b\n'));
    expect(await all(object.read(2))).toEqual(Buffer.from('b\n'));
    expect(s3.ranges).toEqual([`bytes=0-${HEAD - 1}`]);
  });

  test('without bytes has none', async () => {
    s3.put('');
    const object = await open('etag-1');
    expect(object).toMatchObject({ size: 0, contentType: 'text/csv', etag: 'etag-1' });
    expect(await all(object.read(0))).toHaveLength(0);
    expect(s3.ifMatch).toEqual(['"etag-1"', '"etag-1"']);
  });

  test.each([
    [0, undefined], [0, 10], [10, 20], [HEAD - 1, HEAD + 1], [HEAD, undefined], [HEAD - 5, HEAD], [500_000, 500_001],
    [1_000_002, undefined], [1_000_003, undefined], [7, 7], [400_000, 5_000_000],
  ])('is read from byte %d to %p', async (from, to) => {
    s3.put(BYTES);
    const object = await open();
    expect(isAll(await all(object.read(from, to)), from, to)).toBe(true);
    expect(s3.ranges.length).toBe(Math.min(to ?? Infinity, BYTES.length) > Math.max(from, HEAD) ? 2 : 1);
  });

  test('is asked for by the version that was found first', async () => {
    s3.put(BYTES);
    await all((await open()).read(0));
    expect(s3.ifMatch).toEqual([undefined, '"etag-1"']);
    expect(s3.ranges[1]).toBe(`bytes=${HEAD}-${BYTES.length - 1}`);
  });
});

describe('what is cut goes on where it was', () => {
  test('however often, as long as something comes', async () => {
    const cuts = Array.from({ length: 40 }, () => ({ cutAfter: 20_000 }));
    s3.put(BYTES, cuts);
    const object = await open();
    expect(isAll(await all(object.read(0)))).toBe(true);
    expect(s3.ranges.length).toBeGreaterThan(40);
    // Half of the first pause each time: there was progress.
    expect(new Set(pauses)).toEqual(new Set([50]));
  });

  test('when it stalls', async () => {
    s3.put(BYTES, [{ stallAfter: 1000 }, {}, { stallAfter: 5 }]);
    const object = await open(undefined, { silenceMs: 1000 });
    expect(isAll(await all(object.read(0)))).toBe(true);
    expect(s3.ranges).toEqual([`bytes=0-${HEAD - 1}`, `bytes=1000-${HEAD - 1}`, `bytes=${HEAD}-${BYTES.length - 1}`, `bytes=${HEAD + 5}-${BYTES.length - 1}`]);
  });

  test.each([
    ['lost', { lost: true }], ['an error of S3', { status: 500, code: 'InternalError' }], ['slow down', { status: 503, code: 'SlowDown' }],
    ['one byte short of what it should have', { short: 1 }],
  ])('when an answer is %s', async (_, fault) => {
    s3.put(BYTES, [fault, {}, fault, fault]);
    expect(isAll(await all((await open()).read(0)))).toBe(true);
  });

  test('when no answer comes', async () => {
    s3.put(BYTES, [{ hangs: true }]);
    expect(isAll(await all((await open(undefined, { silenceMs: 50 })).read(0)))).toBe(true);
  });

  test('but not for ever without a byte', async () => {
    s3.put(BYTES, [{}], { status: 503, code: 'SlowDown' });
    const object = await open();
    expect(await failure(all(object.read(0)))).toMatchObject({ name: 'AwsError', status: 503, code: 'SlowDown' });
    expect(s3.ranges).toHaveLength(9);
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1600, 2500]);
  });

  test('nor when its connection is cut before each byte', async () => {
    s3.put(BYTES, [{}], { cutAfter: 0 });
    expect(await failure(all((await open()).read(0)))).toMatchObject({ name: 'AwsError', status: 0, code: 'NetworkError' });
    expect(s3.ranges).toHaveLength(9);
  });
});

describe('another version is not taken for the same', () => {
  const replaced = { name: 'UploadFailure', code: 'FILE_REPLACED', message: 'the file was replaced before it was processed; start a new upload for the new one' };

  test('when it is there already', async () => {
    s3.put(BYTES);
    expect(await failure(open('other'))).toMatchObject(replaced);
  });

  test('when it comes in the middle of the first answer', async () => {
    s3.put(BYTES, [{ cutAfter: 1000 }]);
    const opening = open(undefined, { sleep: async () => { s3.etag = 'etag-2'; } });
    expect(await failure(opening)).toMatchObject(replaced);
    expect(s3.ifMatch).toEqual([undefined, '"etag-1"']);
  });

  test('when it comes in the middle', async () => {
    s3.put(BYTES, [{}, { cutAfter: 1000 }]);
    const object = await open();
    const reading = object.read(0)[Symbol.asyncIterator]();
    await reading.next();
    await reading.next();
    s3.etag = 'etag-2';
    expect(await failure((async () => { while (!(await reading.next()).done); })())).toMatchObject(replaced);
  });

  test('nor nothing', async () => {
    s3.put(BYTES, [{}, { cutAfter: 1000 }, { status: 404, code: 'NoSuchKey' }]);
    expect(await failure(all((await open()).read(0)))).toMatchObject({ name: 'UploadFailure', code: 'FILE_NOT_FOUND', message: 'the file was deleted before it was processed' });
  });

  test('and a bucket that is gone is an error of ours', async () => {
    s3.put(BYTES, [{ status: 404, code: 'NoSuchBucket' }]);
    expect(await failure(open())).toMatchObject({ name: 'AwsError', code: 'NoSuchBucket' });
  });

  test('what may not be read is not asked for again', async () => {
    s3.put(BYTES, [{ status: 403, code: 'AccessDenied' }]);
    expect(await failure(open())).toMatchObject({ name: 'AwsError', status: 403, code: 'AccessDenied' });
    expect(s3.ranges).toHaveLength(1);
  });

  test('a server that knows no ranges is no harm at the start, and an error elsewhere', async () => {
    s3.put(BYTES, [{ ignoresRange: true }]);
    const object = await open();
    expect(object.size).toBe(BYTES.length);
    expect(isAll(await all(object.read(0)))).toBe(true);
    expect(s3.ranges).toHaveLength(2);
    s3.put(BYTES, [{ ignoresRange: true }]);
    expect(await failure(all(object.read(500_000)))).toMatchObject({ message: 'S3 was asked for an object from byte 500000 on, and answered with all of it' });
  });
});

describe('a consumer', () => {
  test('that stops closes the connection', async () => {
    s3.put(Buffer.alloc(64 * 1024 * 1024));
    const reading = (await open()).read(HEAD)[Symbol.asyncIterator]();
    await reading.next();
    await reading.return!();
    await s3.closed;
    expect(s3.sent).toBeLessThan(32 * 1024 * 1024);
  });

  test('that takes longer than S3 may is not drowned, nor cut off', async () => {
    s3.put(Buffer.alloc(64 * 1024 * 1024));
    const silenceMs = 1000;
    const reading = (await open(undefined, { silenceMs })).read(HEAD)[Symbol.asyncIterator]();
    let bytes = (await reading.next()).value.length;
    await new Promise((resolve) => { setTimeout(resolve, silenceMs + 100); });
    expect(s3.sent).toBeLessThan(32 * 1024 * 1024);
    for (let next = await reading.next(); !next.done; next = await reading.next()) bytes += next.value.length;
    expect(bytes).toBe(64 * 1024 * 1024 - HEAD);
    expect(s3.ranges).toHaveLength(2);
  });
});
