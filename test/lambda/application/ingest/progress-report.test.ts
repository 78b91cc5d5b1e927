import { ProgressReport } from '../../../../lambda-src/application/ingest/progress-report';
import { WorkLost } from '../../../../lambda-src/application/uploads/work-store';
import { Pass, startAt, UploadCheckpoint } from '../../../../lambda-src/domain/uploads/checkpoint';
import { transition, Upload } from '../../../../lambda-src/domain/uploads/upload';
import { untouched } from '../../../../lambda-src/domain/uploads/work';
import { InMemoryWork } from '../../../support/fakes/in-memory-work';
import { anUpload } from '../../../support/fakes/uploads';

const LEASE = { holder: 'us', until: '2026-01-01T01:00:00.000Z' };
const counts = (total: number) => ({ total, accepted: total, rejected: 0 });

function begun(changes: Partial<Upload> = {}) {
  const uploads = new InMemoryWork();
  const upload = anUpload(1, { status: 'PROCESSING', ...changes });
  uploads.announce(upload);
  const clock = { time: Date.UTC(2026, 0, 1) };
  const stillAtWork = jest.fn(async () => undefined);
  const time = { stopAt: new Date(clock.time + 60_000), stillAtWork };
  const progress = new ProgressReport({ ...untouched(upload), lease: LEASE }, time, { uploads, now: () => new Date(clock.time) });
  return { progress, clock, uploads, stillAtWork, current: () => uploads.get(upload.uploadId) };
}

function checkpointAt(total: number, pass: Pass = 'writing'): UploadCheckpoint {
  return { model: 'm', pass, file: 1, before: counts(10), at: { ...startAt(1000), counts: counts(total) } };
}

test('a checkpoint is due every five seconds at most', async () => {
  const { progress, clock, current, stillAtWork } = begun();
  clock.time += 4_999;
  expect(progress.isDue()).toBe(false);
  clock.time += 1;
  expect(progress.isDue()).toBe(true);
  await progress.checkpoint(checkpointAt(90));
  expect(progress.isDue()).toBe(false);
  expect(current()).toMatchObject({ revision: 1, lease: LEASE, checkpoint: checkpointAt(90), upload: { status: 'PROCESSING', counts: counts(100) } });
  expect(stillAtWork).toHaveBeenCalledTimes(1);
  clock.time += 5_000;
  expect(progress.isDue()).toBe(true);
});

test('progress is rows, bytes, what this invocation does in a second, and when it will be done like this', async () => {
  const { progress, clock, current } = begun({ counts: counts(30), progress: { bytes: 1_000, totalBytes: 1_000, rows: 30 } });
  progress.expect(current().upload.files[0].key, 7_000);
  clock.time += 10_000;
  progress.hasRead(3_000);
  await progress.checkpoint(checkpointAt(90));
  expect(current().upload.progress).toEqual({
    bytes: 3_000, totalBytes: 7_000, rows: 100, rowsPerSecond: 7, estimatedEnd: '2026-01-01T00:00:30.000Z',
  });
});

test('of a reading that another one follows the end is not known, and rows begin anew with the next', async () => {
  const { progress, clock, current } = begun();
  progress.expect(current().upload.files[0].key, 7_000);
  clock.time += 10_000;
  progress.hasRead(3_000);
  await progress.checkpoint(checkpointAt(90, 'validating'));
  expect(current().upload).toMatchObject({ stage: 'VALIDATING', counts: null });
  expect(current().upload.progress).toEqual({ bytes: 3_000, totalBytes: 7_000, rows: 100, rowsPerSecond: 10 });
  progress.beginPass();
  clock.time += 1_000;
  await progress.checkpoint(checkpointAt(10));
  expect(current().upload).toMatchObject({ stage: null, progress: { rows: 20, rowsPerSecond: 20 } });
});

test('rows that are only counted are no counts yet', async () => {
  const { progress, current } = begun();
  await progress.checkpoint(checkpointAt(90, 'counting'));
  expect(current().upload).toMatchObject({ stage: 'VALIDATING', counts: null, progress: { rows: 100 } });
});

test('the size is that of its file, not of the others', async () => {
  const { progress, current } = begun();
  progress.expect('another key', 7);
  await progress.release();
  expect(current().upload.files[0].size).toBeNull();
  progress.expect(current().upload.files[0].key, 8);
  await progress.release();
  expect(current().upload).toMatchObject({ files: [{ size: 8 }], progress: { bytes: 0, totalBytes: 8 } });
});

test('the bytes that are found are those to be found again, unless their arrival has said it', async () => {
  const [file] = anUpload(1).files;
  const arrived = (etag: string | null) => begun({ files: [{ ...file, arrival: { at: LEASE.until, etag } }] });
  const { progress, current } = arrived(null);
  expect([progress.pin(file.key, 'abc'), progress.pin(file.key, 'def')]).toEqual([true, false]);
  await progress.settle();
  expect(current().upload.files[0].arrival!.etag).toBe('abc');
  expect(arrived('abc').progress.pin(file.key, 'def')).toBe(false);
});

test('release keeps deadline and checkpoint and ends the lease; end gives up all of them', async () => {
  const { progress, current } = begun();
  await progress.checkpoint(checkpointAt(90));
  await progress.release();
  expect(current()).toMatchObject({
    lease: { until: '2026-01-01T00:00:00.000Z' }, checkpoint: checkpointAt(90), upload: { status: 'PROCESSING', deadline: anUpload(1).deadline },
  });
  await progress.end((upload, at) => transition(upload, 'FAILED', at));
  expect(current()).toMatchObject({ lease: null, checkpoint: null, upload: { status: 'FAILED', deadline: null, counts: counts(100) } });
  expect(current().upload.progress).toEqual({ bytes: 0, totalBytes: 0 });
});

test('who hands over leaves no lease, where to go on, and the time that a job may take', async () => {
  const { progress, current } = begun();
  await progress.handOver(checkpointAt(90));
  expect(current()).toMatchObject({ lease: null, checkpoint: checkpointAt(90), upload: { status: 'PROCESSING', deadline: '2026-01-01T01:00:00.000Z' } });
  await progress.handOver(undefined);
  expect(current().checkpoint).toEqual(checkpointAt(90));
});

test('who leaves the upload to a fan-out gives it a name that no other claim gives, and the sweeper something to look after', async () => {
  const { progress, current } = begun();
  const execution = await progress.fanOut();
  expect(execution).toBe(`${anUpload(1).uploadId}-0`);
  expect(current()).toMatchObject({ lease: null, execution, upload: { status: 'PROCESSING', deadline: '2026-01-01T00:10:00.000Z' } });
});

test('whoever has lost the upload learns it at the next write', async () => {
  const { progress, uploads, current, stillAtWork } = begun();
  await uploads.save({ ...current(), lease: { ...LEASE, holder: 'somebody else' } });
  await expect(progress.checkpoint(checkpointAt(90))).rejects.toBeInstanceOf(WorkLost);
  await expect(progress.release()).rejects.toBeInstanceOf(WorkLost);
  expect(current().lease!.holder).toBe('somebody else');
  expect(stillAtWork).not.toHaveBeenCalled();
});
