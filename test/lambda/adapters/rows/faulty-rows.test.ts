import { gzipSync } from 'node:zlib';
import { openRows } from '../../../../lambda-src/adapters/rows/open-rows';
import { openObject } from '../../../../lambda-src/adapters/s3/s3-object-bytes';
import { CSV, FormatModel, RecordModel } from '../../../../src/private/contract';
import { withServer } from '../aws/aws-server';
import { Fault, FaultyObject } from '../s3/faulty-object';
import { failure } from './chunks';

const s3 = withServer(new FaultyObject());

const NDJSON: FormatModel = { kind: 'ndjson', encoding: null };
const JSON_ARRAY: FormatModel = { kind: 'json', encoding: null };
const ROWS = Array.from({ length: 30_000 }, (_, nth) => ({ id: String(nth), note: `"Müsli" ${nth}\n💊` }));
const csv = Buffer.from(['id,note', ...ROWS.map(({ id, note }) => `${id},"${note.replaceAll('"', '""')}"`)].join('\n'));
const FILES: readonly (readonly [string, FormatModel, Buffer])[] = [
  ['CSV', CSV, csv],
  ['NDJSON', NDJSON, Buffer.from(ROWS.map((row) => JSON.stringify(row)).join('\n'))],
  ['a JSON array', JSON_ARRAY, Buffer.from(JSON.stringify(ROWS))],
  // Packed so badly that it takes several requests.
  ['gzip', CSV, gzipSync(csv, { level: 0 })],
];

const open = () => openObject('bucket', 'uploads/a', undefined, { sleep: async () => undefined, random: Math.random, silenceMs: 200 });
const source = async (format: FormatModel) => (
  openRows(await open(), { fileName: 'a', contentType: '' }, { columns: null, formats: [format] } as unknown as RecordModel)
);

async function idsOf(format: FormatModel, from = 0): Promise<{ ids: string[]; ends: number[] }> {
  const ids: string[] = [];
  const ends: number[] = [];
  for await (const batch of (await source(format)).rows({ from })) {
    const at = batch.header.indexOf('id');
    for (const row of batch.rows) ids.push((row as readonly string[])[at]);
    ends.push(...batch.ends);
  }
  return { ids, ends };
}

const FAULTS: readonly Fault[] = [
  { cutAfter: 10_001 }, { cutAfter: 0 }, { status: 503, code: 'SlowDown' }, { cutAfter: 333_333 }, { lost: true }, { stallAfter: 70_001 },
  { status: 500, code: 'InternalError' }, { cutAfter: 99_999 }, { short: 5 },
];

describe.each(FILES)('%s', (_, format, bytes) => {
  const all = ROWS.map(({ id }) => id);

  test('over connections that are cut, stall and are refused has each row once', async () => {
    s3.put(bytes, FAULTS);
    const { ids } = await idsOf(format);
    expect(ids).toEqual(all);
    expect(s3.ranges.length).toBeGreaterThan(FAULTS.length);
  });

  test('is read on over such connections', async () => {
    s3.put(bytes);
    const { ends } = await idsOf(format);
    s3.put(bytes, [{}, ...FAULTS]);
    expect((await idsOf(format, ends[19_999])).ids).toEqual(all.slice(20_000));
  });

  test('that is replaced while it is read fails, and is not mixed with the other', async () => {
    s3.put(bytes, [{}, { cutAfter: 200_000 }]);
    const rows = (await source(format)).rows({ from: 0 })[Symbol.asyncIterator]();
    await rows.next();
    s3.etag = 'etag-2';
    const rest = (async () => { while (!(await rows.next()).done); })();
    expect(await failure(rest)).toMatchObject({ name: 'UploadFailure', code: 'FILE_REPLACED' });
  });

  test('that is deleted while it is read fails', async () => {
    s3.put(bytes, [{}, { cutAfter: 200_000 }, { status: 404, code: 'NoSuchKey' }]);
    expect(await failure(idsOf(format))).toMatchObject({ name: 'UploadFailure', code: 'FILE_NOT_FOUND' });
  });

  test('that S3 does not give any more is an error of ours, which another attempt may not have', async () => {
    s3.put(bytes, [{}, { cutAfter: 200_000 }], { status: 503, code: 'SlowDown' });
    expect(await failure(idsOf(format))).toMatchObject({ name: 'AwsError', code: 'SlowDown' });
  });
});
