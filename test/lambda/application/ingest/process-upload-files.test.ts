import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { LastAttemptFailed } from '../../../../lambda-src/application/ingest/process-upload';
import { positionOf } from '../../../../lambda-src/domain/lists/position';
import { objectKey } from '../../../../lambda-src/domain/uploads/object-key';
import { announcedFile, UploadFile } from '../../../../lambda-src/domain/uploads/upload';
import { RecordModel } from '../../../../src/private/contract';
import { etagOf, IngestWorld } from '../../../support/fakes/ingest-world';
import { FAULTS, Invocation } from '../../../support/fakes/invocation';
import { anUpload } from '../../../support/fakes/uploads';
import { anyCsv, column, recordModel } from '../../domain/records/record-models';

const { uploadId } = anUpload(1);
const DRUGS: Partial<RecordModel> = {
  columns: [column('name', 'string', { required: true }), column('price', 'decimal')],
  keys: { partitionKey: '{name}', sortKey: 'INFO' },
};

/** A world in which all files of an upload have arrived. */
async function worldOf(contents: readonly string[], model: RecordModel, changes: Partial<UploadFile> = {}): Promise<IngestWorld> {
  const files = contents.map((_, nth) => announcedFile({
    name: `n${nth}`, fileName: `${nth}.csv`, key: objectKey({ uploadId, fileName: `${nth}.csv` }), contentType: 'text/csv', ...changes,
  }));
  const world = new IngestWorld(model, anUpload(1, { files }));
  contents.forEach((content, nth) => world.put(content, 'text/csv', files[nth].key));
  for (const { key } of files) {
    if (files.length > 1) await world.deliver({}, { key, etag: etagOf(world.files.get(key)!) });
  }
  return world;
}

test('files are taken in the order they were announced; row numbers go on, rejects are told by their own file', async () => {
  const world = await worldOf(
    ['name,price\na,1\nb,cheap\n', 'price,name\n3,c\nx,d\n'], recordModel({ ...DRUGS, keys: { partitionKey: '{row}', sortKey: '{fileName}' } }),
  );
  expect(await world.deliverJob()).toEqual({ outcome: 'completed', counts: { total: 4, accepted: 2, rejected: 2 } });
  expect(world.table.records()).toEqual({ '1\u00000.csv': { name: 'a', price: '1' }, '3\u00001.csv': { name: 'c', price: '3' } });
  const { uploadedAt, files } = world.upload;
  expect(world.table.get('3', '1.csv')!._pos).toEqual({ S: positionOf({ at: uploadedAt!, uploadId, row: 3 }) });
  expect(files.map(({ key }) => world.rejects.get(key)!.map((line) => line[2]))).toEqual([['row', '2'], ['row', '2']]);
  const size = [...world.files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  expect(world.upload.progress).toEqual({ bytes: size, totalBytes: size });
});

test('segments of a file that is done are kept until a checkpoint behind it is saved', async () => {
  const bad = `${'x'.repeat(500)},cheap\n`;
  const file = `name,price\n${bad.repeat(400)}`;
  const world = await worldOf([file, file], recordModel(DRUGS));
  world.chunkSize = 10_000;
  world.readMilliseconds = 500;
  const [first] = world.upload.files;
  const reached: (number | undefined)[] = [];
  const outcome = await world.deliverJob({}, {
    twist: ({ rejects }) => ({
      rejects: {
        ...rejects,
        deleteSegments: async (key, segments) => {
          if (key === first.key) reached.push(world.work.get(uploadId).checkpoint?.file);
          await rejects.deleteSegments(key, segments);
        },
      },
    }),
  });
  expect(outcome).toMatchObject({ counts: { total: 800, rejected: 800 } });
  expect(reached).toEqual([1]);
  expect(world.rejects.segments.size).toBe(0);
});

test('a file that is replaced after it was found ends the upload, whichever it is', async () => {
  const world = await worldOf(['name,price\na,1\n', 'name,price\nb,2\n'], recordModel(DRUGS));
  const [, second] = world.upload.files;
  world.takes = (records) => {
    world.put('name,price\nc,3\n', 'text/csv', second.key);
    return records;
  };
  expect(await world.deliverJob()).toEqual({ outcome: 'failed', code: 'FILE_REPLACED' });
  expect(Object.keys(world.table.records())).toEqual(['a\0INFO']);
});

test('a key that an earlier file of the upload has is a duplicate', async () => {
  const world = await worldOf(['name,price\na,1\n', 'name,price\na,2\nb,3\n'], recordModel(DRUGS));
  expect(await world.deliverJob()).toMatchObject({ counts: { total: 3, accepted: 2, rejected: 1 } });
  expect(world.table.get('a', 'INFO')!.price).toEqual({ N: '1' });
  expect(world.rejects.get(world.upload.files[1].key)![1].at(-1)).toBe('the row has the same key as an earlier row of the upload');
});

test('an upload is refused before its first record is written, and the failure names the file', async () => {
  const model = recordModel({ ...DRUGS, maxRows: 1 });
  const tooLong = await worldOf(['name,price\na,1\n', 'name,price\nb,1\nc,1\n'], model);
  expect(await tooLong.deliverJob()).toEqual({ outcome: 'failed', code: 'TOO_MANY_ROWS' });
  expect(tooLong.upload.error!.message).toBe("'n1': the file must have at most 1 rows, but it has more");
  expect(tooLong.table.records()).toEqual({});
  const empty = await worldOf(['name,price\na,1\n', ''], recordModel(DRUGS));
  expect(await empty.deliverJob()).toEqual({ outcome: 'failed', code: 'EMPTY_FILE' });
  expect(empty.table.records()).toEqual({});
});

test('a header that is refused names its file', async () => {
  const world = await worldOf(['name,price\na,1\n', 'price\n1\n'], recordModel(DRUGS));
  expect(await world.deliverJob()).toEqual({ outcome: 'failed', code: 'MISSING_COLUMN' });
  expect(world.upload.error!.message).toBe("'n1': the header lacks 'name', got 'price'");
});

test.each([
  ['one', ['name\na\n'], 'the file must have the 5 bytes that were announced, got 7'],
  ['several', ['name\na\n', 'name\na\n'], "'n0': the file must have the 5 bytes that were announced, got 7"],
])('what arrives is compared with what was announced: %s', async (_, contents, message) => {
  const world = await worldOf(contents, anyCsv(), { size: 5 });
  expect(await (contents.length === 1 ? world.deliver() : world.deliverJob())).toEqual({ outcome: 'failed', code: 'SIZE_MISMATCH' });
  expect(world.upload.error!.message).toBe(message);
});

test('another content type than the announced one, although it is allowed', async () => {
  const world = await worldOf(['name\na\n'], anyCsv(), { contentType: 'text/plain' });
  expect(await world.deliver()).toEqual({ outcome: 'failed', code: 'CONTENT_TYPE_MISMATCH' });
  expect(world.upload.error!.message).toBe("the content type must be 'text/plain' as announced, got 'text/csv'");
});

test.each([
  ['the announced one', { algorithm: 'SHA256', value: 'abc' }, undefined],
  ['another', { algorithm: 'SHA256', value: 'abd' }, 'CHECKSUM_MISMATCH'],
  // S3 took the bytes on the condition that they have the announced one.
  ['of another algorithm', { algorithm: 'CRC64NVME', value: 'abc' }, undefined],
  ['none', undefined, undefined],
] as const)('the checksum that S3 has is %s', async (_, checksum, code) => {
  const world = await worldOf(['name\na\n'], anyCsv(), { checksum: { algorithm: 'SHA256', value: 'abc' } });
  world.files.set(world.key, { ...world.files.get(world.key)!, checksum });
  expect(await world.deliver()).toMatchObject(code ? { outcome: 'failed', code } : { outcome: 'completed' });
});

test('a file that was replaced or deleted after it arrived', async () => {
  const replaced = await worldOf(['name\na\n', 'name\nb\n'], anyCsv());
  replaced.put('name\nc\n', 'text/csv', replaced.upload.files[1].key);
  expect(await replaced.deliverJob()).toEqual({ outcome: 'failed', code: 'FILE_REPLACED' });
  const gone = await worldOf(['name\na\n', 'name\nb\n'], anyCsv());
  gone.files.delete(gone.upload.files[1].key);
  expect(await gone.deliverJob()).toEqual({ outcome: 'failed', code: 'FILE_NOT_FOUND' });
  expect([replaced.table.records(), gone.table.records()]).toEqual([{}, {}]);
});

test.each(FAULTS)('after a fault at any call the records are those of all files (%s)', async (fault) => {
  const contents = ['name,price\na,1\nb,2\na,3\n', 'name,price\nc,1\nb,9\n', 'name,price\nd,x\n'];
  for (let faultAt = 1; ; faultAt++) {
    const world = await worldOf(contents, recordModel(DRUGS));
    const invocation = new Invocation(faultAt, fault);
    await Promise.race([world.deliverJob({}, { invocation }).catch(() => 'failed'), invocation.killed]);
    world.clock += 301_000;
    const last = await world.deliverJob({ isLast: true });
    expect(['completed', 'skipped']).toContain(last.outcome);
    expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 6, accepted: 3, rejected: 3 } });
    expect(world.table.records()).toEqual({
      'a\u0000INFO': { name: 'a', price: '1' }, 'b\u0000INFO': { name: 'b', price: '2' }, 'c\u0000INFO': { name: 'c', price: '1' },
    });
    expect(world.upload.files.map(({ key }) => world.rejects.get(key)!.length - 1)).toEqual([1, 1, 1]);
    if (!invocation.struck) return;
  }
});

test('files that take many invocations are told apart, whichever of them an invocation ends in', async () => {
  const wide = '0'.repeat(500);
  const contents = [300, 1, 200, 100].map((rows, nth) => (
    `name,price\n${Array.from({ length: rows }, (_, row) => `drug ${nth} ${row},${row % 90 === 0 ? 'x' : `1.${wide}`}\n`).join('')}drug 0 1,2\n`
  ));
  const world = await worldOf(contents, recordModel(DRUGS));
  world.chunkSize = 20_000;
  world.writeMilliseconds = 500;
  const ended = new Set<number>();
  for (let nth = 0; world.upload.status !== 'COMPLETED'; nth++) {
    const invocation = new Invocation(nth % 3 === 1 ? 40 : Infinity, 'killed');
    await Promise.race([world.deliverJob({ stopAt: new Date(world.clock + 30_000) }, { invocation }), invocation.killed]);
    const { checkpoint } = world.work.get(uploadId);
    if (checkpoint) ended.add(checkpoint.file);
    world.clock += 301_000;
    expect(nth).toBeLessThan(60);
  }
  expect(ended.size).toBeGreaterThan(1);
  const rejected = [['1', '91', '181', '271', '301'], ['1', '2'], ['1', '91', '181', '201'], ['1', '91', '101']];
  expect(world.upload.files.map(({ key }) => world.rejects.get(key)!.slice(1).map(([, , row]) => row))).toEqual(rejected);
  expect(world.upload.counts).toEqual({ total: 605, accepted: 591, rejected: 14 });
  expect(Object.keys(world.table.records())).toHaveLength(591);
  expect(world.jobs.length).toBeGreaterThan(1);
});

test('any files in any number give the records that a reference parse gives', async () => {
  const cell = fc.stringMatching(/^[a-z0-9]{1,5}$/);
  const file = fc.array(fc.tuple(cell, cell), { maxLength: 12 });
  await fc.assert(fc.asyncProperty(fc.array(file, { minLength: 2, maxLength: 5 }), async (files) => {
    const contents = files.map((rows) => ['x,y', ...rows.map((row) => row.join(','))].join('\n'));
    const world = await worldOf(contents, anyCsv());
    const expected = contents.flatMap((content) => parse(content, { columns: true }) as Record<string, string>[]);
    expect(await world.deliverJob()).toEqual({ outcome: 'completed', counts: { total: expected.length, accepted: expected.length, rejected: 0 } });
    const records = expected.map((record, nth) => [`${uploadId}#${nth + 1}\0RECORD`, record]);
    expect(world.table.records()).toEqual(Object.fromEntries(records));
  }), { numRuns: 60 });
});

test('the last attempt that fails ends the upload, and its job can be redriven', async () => {
  const world = await worldOf(['name\na\n', 'name\nb\n'], anyCsv());
  const down = { twist: () => ({ open: async () => { throw new Error('S3 is down'); } }) };
  await expect(world.deliverJob({ isLast: true }, down)).rejects.toBeInstanceOf(LastAttemptFailed);
  expect(world.upload).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_FAILED' } });
  expect(await world.deliverJob()).toMatchObject({ outcome: 'completed' });
});
