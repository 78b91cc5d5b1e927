import { sweepOverdue } from '../../../lambda-src/application/sweep-overdue';
import { WorkLost, WorkStore } from '../../../lambda-src/application/work-store';
import { transition, UploadStatus } from '../../../lambda-src/domain/upload';
import { InMemoryWork } from '../../support/fakes/in-memory-work';
import { anUpload } from '../../support/fakes/uploads';

const DEADLINE = '2026-01-01T01:00:00.000Z';
const NOW = new Date('2026-01-01T03:00:00.000Z');
const LEASE = { holder: 'killed', until: '2026-01-01T00:30:00.000Z' };
const now = () => NOW;

async function storeWith(...statuses: UploadStatus[]): Promise<InMemoryWork> {
  const work = new InMemoryWork();
  for (const [nth, status] of statuses.entries()) {
    const path: UploadStatus[] = ['UPLOADED', 'PROCESSING'];
    const steps = path.slice(0, path.indexOf(status) + 1);
    work.announce(steps.reduce((upload, to) => transition(upload, to, upload.createdAt), anUpload(nth, { deadline: DEADLINE })));
    await work.save({ ...work.get(anUpload(nth).uploadId), lease: status === 'PROCESSING' ? LEASE : null });
  }
  return work;
}

test('a file that never came expires', async () => {
  const uploads = await storeWith('PENDING');
  expect(await sweepOverdue({ uploads, now }, NOW)).toEqual({ expired: 1, failed: 0, errors: [] });
  const { upload } = uploads.get(anUpload(0).uploadId);
  expect(upload).toMatchObject({ status: 'EXPIRED', deadline: null, error: null, updatedAt: NOW.toISOString() });
  expect(upload.history.at(-1)).toEqual({ status: 'EXPIRED', at: NOW.toISOString() });
});

test.each(['UPLOADED', 'PROCESSING'] as const)('work that was killed while %s fails with a reason, and gives up its lease', async (status) => {
  const uploads = await storeWith(status);
  expect(await sweepOverdue({ uploads, now }, NOW)).toEqual({ expired: 0, failed: 1, errors: [] });
  expect(uploads.get(anUpload(0).uploadId)).toMatchObject({
    lease: null,
    upload: {
      status: 'FAILED',
      deadline: null,
      error: { code: 'PROCESSING_TIMED_OUT', message: 'the file was not processed before its deadline; it can be processed again' },
    },
  });
});

test('nothing happens at the deadline, but a millisecond after it', async () => {
  const uploads = await storeWith('PENDING', 'PROCESSING');
  expect(await sweepOverdue({ uploads, now }, new Date(DEADLINE))).toMatchObject({ expired: 0, failed: 0 });
  expect(await sweepOverdue({ uploads, now }, new Date(Date.parse(DEADLINE) + 1))).toMatchObject({ expired: 1, failed: 1 });
});

test('what counts is when the sweep was asked for, since files stand before it in the queue', async () => {
  const uploads = await storeWith('PENDING');
  const askedFor = new Date(Date.parse(DEADLINE) - 1);
  expect(await sweepOverdue({ uploads, now }, askedFor)).toMatchObject({ expired: 0 });
});

test('a second sweep finds nothing left', async () => {
  const uploads = await storeWith('PENDING', 'PROCESSING');
  await sweepOverdue({ uploads, now }, NOW);
  expect(await sweepOverdue({ uploads, now }, NOW)).toEqual({ expired: 0, failed: 0, errors: [] });
});

test('uploads that moved on in the meantime are left alone, and none that is broken holds up the others', async () => {
  const uploads = await storeWith('PENDING', 'PENDING', 'PROCESSING');
  uploads.announce(anUpload(9, { status: 'COMPLETED', deadline: '2025-01-01T00:00:00.000Z' }));
  const store: WorkStore = {
    find: (id) => uploads.find(id),
    add: (upload) => uploads.add(upload),
    overdue: (at, limit) => uploads.overdue(at, limit),
    save: async (work) => {
      if (work.upload.uploadId === anUpload(0).uploadId) throw new WorkLost(work.upload.uploadId);
      if (work.upload.uploadId === anUpload(1).uploadId) throw new Error('the table is down');
      return uploads.save(work);
    },
  };
  const swept = await sweepOverdue({ uploads: store, now }, NOW);
  expect(swept).toMatchObject({ expired: 0, failed: 1 });
  expect(swept.errors.map(String)).toEqual(['IllegalTransition: an upload cannot go from COMPLETED to FAILED', 'Error: the table is down']);
});
