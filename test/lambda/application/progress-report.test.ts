import { OutOfTime, ProgressReport } from '../../../lambda-src/application/progress-report';
import { WorkLost } from '../../../lambda-src/application/work-store';
import { transition } from '../../../lambda-src/domain/upload';
import { InMemoryWork } from '../../support/fakes/in-memory-work';
import { anUpload } from '../../support/fakes/uploads';

const LEASE = { holder: 'us', until: '2026-01-01T01:00:00.000Z' };
const counts = (total: number) => ({ total, accepted: total, rejected: 0 });

function begun() {
  const uploads = new InMemoryWork();
  const upload = anUpload(1, { status: 'PROCESSING' });
  uploads.announce(upload);
  const clock = { time: Date.UTC(2026, 0, 1) };
  const stopAt = new Date(clock.time + 60_000);
  const work = { upload, revision: 0, lease: LEASE, state: null };
  const progress = new ProgressReport(work, stopAt, { uploads, now: () => new Date(clock.time) });
  return { progress, clock, uploads, current: () => uploads.get(upload.uploadId) };
}

test('it writes every five seconds at most, and looks at the clock every thousand rows only', async () => {
  const { progress, clock, current } = begun();
  clock.time += 4_999;
  expect(progress.row(counts(1000))).toBeUndefined();
  clock.time += 1;
  expect(progress.row(counts(1999))).toBeUndefined();
  progress.read(70);
  progress.read(7);
  await progress.row(counts(2000));
  expect(current()).toMatchObject({ revision: 1, lease: LEASE, upload: { status: 'PROCESSING', counts: counts(2000), progress: { bytes: 77 } } });
  expect(progress.row(counts(3000))).toBeUndefined();
  clock.time += 5_000;
  await progress.row(counts(4000));
  expect(current()).toMatchObject({ revision: 2, upload: { counts: counts(4000), updatedAt: '2026-01-01T00:00:10.000Z' } });
});

test('when time is up it says so, instead of being killed', () => {
  const { progress, clock } = begun();
  clock.time += 60_000;
  expect(() => progress.row(counts(1000))).toThrow(OutOfTime);
});

test('what was counted is written as it was then, although counting goes on', async () => {
  const { progress, clock, current } = begun();
  clock.time += 5_000;
  const counting = counts(1000);
  const written = progress.row(counting);
  counting.total = 1001;
  await written;
  expect(current().upload.counts).toEqual(counts(1000));
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

test('release keeps the deadline and ends the lease; end gives up both', async () => {
  const { progress, current } = begun();
  await progress.release();
  expect(current()).toMatchObject({ lease: { until: '2026-01-01T00:00:00.000Z' }, upload: { status: 'PROCESSING', deadline: anUpload(1).deadline } });
  await progress.end((upload, at) => transition(upload, 'FAILED', at));
  expect(current()).toMatchObject({ lease: null, upload: { status: 'FAILED', deadline: null } });
});

test('who hands over leaves no lease, and the time that a job may take', async () => {
  const { progress, current } = begun();
  await progress.handOver();
  expect(current()).toMatchObject({ lease: null, upload: { status: 'PROCESSING', deadline: '2026-01-01T01:00:00.000Z' } });
});

test('whoever has lost the upload learns it at the next write', async () => {
  const { progress, clock, uploads, current } = begun();
  await uploads.save({ ...current(), lease: { ...LEASE, holder: 'somebody else' } });
  clock.time += 5_000;
  await expect(progress.row(counts(1000))).rejects.toBeInstanceOf(WorkLost);
  await expect(progress.release()).rejects.toBeInstanceOf(WorkLost);
  expect(current().lease!.holder).toBe('somebody else');
});
