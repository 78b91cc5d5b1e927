import { IngestJob } from '../../../../lambda-src/application/uploads/job-queue';
import { SweepPorts, sweepOverdue } from '../../../../lambda-src/application/uploads/sweep-overdue';
import { WorkLost, WorkStore } from '../../../../lambda-src/application/uploads/work-store';
import { announcedFile, transition, UploadStatus } from '../../../../lambda-src/domain/uploads/upload';
import { InMemoryRanges } from '../../../support/fakes/in-memory-ranges';
import { InMemoryWork } from '../../../support/fakes/in-memory-work';
import { anUpload } from '../../../support/fakes/uploads';

const DEADLINE = '2026-01-01T01:00:00.000Z';
const NOW = new Date('2026-01-01T03:00:00.000Z');
const LEASE = { holder: 'killed', until: '2026-01-01T00:30:00.000Z' };
const now = () => NOW;
const unused = async () => { throw new Error('nothing is left behind'); };
const others = { objects: { abortMultipart: unused, delete: unused }, jobs: { send: unused }, ranges: new InMemoryRanges() };

const sweepAt = (ports: SweepPorts, askedFor: Date) => sweepOverdue(ports, askedFor, new Date(NOW.getTime() + 1));

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
  expect(await sweepAt({ uploads, ...others, now }, NOW)).toEqual({ expired: 1, failed: 0, errors: [] });
  const { upload } = uploads.get(anUpload(0).uploadId);
  expect(upload).toMatchObject({ status: 'EXPIRED', deadline: null, error: null, updatedAt: NOW.toISOString() });
  expect(upload.history.at(-1)).toEqual({ status: 'EXPIRED', at: NOW.toISOString() });
});

test('work that was killed fails with a reason, and gives up its lease', async () => {
  const uploads = await storeWith('PROCESSING');
  expect(await sweepAt({ uploads, ...others, now }, NOW)).toEqual({ expired: 0, failed: 1, errors: [] });
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
  expect(await sweepAt({ uploads, ...others, now }, new Date(DEADLINE))).toMatchObject({ expired: 0, failed: 0 });
  expect(await sweepAt({ uploads, ...others, now }, new Date(Date.parse(DEADLINE) + 1))).toMatchObject({ expired: 1, failed: 1 });
});

test('what counts is when the sweep was asked for, since files stand before it in the queue', async () => {
  const uploads = await storeWith('PENDING');
  const askedFor = new Date(Date.parse(DEADLINE) - 1);
  expect(await sweepAt({ uploads, ...others, now }, askedFor)).toMatchObject({ expired: 0 });
});

test('a second sweep finds nothing left', async () => {
  const uploads = await storeWith('PENDING', 'PROCESSING');
  await sweepAt({ uploads, ...others, now }, NOW);
  expect(await sweepAt({ uploads, ...others, now }, NOW)).toEqual({ expired: 0, failed: 0, errors: [] });
});

test('uploads that moved on in the meantime are left alone, and none that is broken holds up the others', async () => {
  const uploads = await storeWith('PENDING', 'PENDING', 'PROCESSING');
  uploads.announce(anUpload(9, { status: 'COMPLETED', deadline: '2025-01-01T00:00:00.000Z' }));
  const store: WorkStore = {
    find: (id) => uploads.find(id),
    add: (upload) => uploads.add(upload),
    overdue: (...asked) => uploads.overdue(...asked),
    save: async (work) => {
      if (work.upload.uploadId === anUpload(0).uploadId) throw new WorkLost(work.upload.uploadId);
      if (work.upload.uploadId === anUpload(1).uploadId) throw new Error('the table is down');
      return uploads.save(work);
    },
  };
  const swept = await sweepAt({ uploads: store, ...others, now }, NOW);
  expect(swept).toMatchObject({ expired: 0, failed: 1 });
  expect(swept.errors.map(String)).toEqual(['IllegalTransition: an upload cannot go from COMPLETED to FAILED', 'Error: the table is down']);
});

describe('an upload that waits for its job', () => {
  const dayLater = (days: number) => new Date(NOW.getTime() + days * 86_400_000);

  test('has it sent again, once: it may have been lost between two writes', async () => {
    const uploads = await storeWith('UPLOADED');
    const jobs: IngestJob[] = [];
    const ports = { uploads, ...others, jobs: { send: async (job: IngestJob) => { jobs.push(job); } }, now };
    expect(await sweepAt(ports, NOW)).toEqual({ expired: 0, failed: 0, errors: [] });
    const { uploadId, files: [{ name, key }] } = anUpload(0);
    expect(jobs).toEqual([{ uploadId, tenantId: '-', files: [{ name, key }], attempt: 1 }]);
    expect(uploads.get(uploadId).upload).toMatchObject({ status: 'UPLOADED', deadline: dayLater(14).toISOString() });

    expect(await sweepAt(ports, dayLater(14))).toMatchObject({ failed: 0 });
    expect(await sweepAt(ports, dayLater(15))).toMatchObject({ failed: 1 });
    expect(jobs).toHaveLength(1);
    expect(uploads.get(uploadId).upload).toMatchObject({ status: 'FAILED', deadline: null, error: { code: 'PROCESSING_TIMED_OUT' } });
  });

  test('that cannot be sent does not hold up the others', async () => {
    const uploads = await storeWith('UPLOADED', 'PENDING');
    const swept = await sweepAt({ uploads, ...others, now }, NOW);
    expect(swept).toMatchObject({ expired: 1, failed: 0, errors: [expect.any(Error)] });
    const { uploadId } = anUpload(0);
    expect(uploads.get(uploadId).upload).toMatchObject({ status: 'UPLOADED', deadline: DEADLINE });
    const send = jest.fn();
    expect(await sweepAt({ uploads, ...others, jobs: { send }, now }, NOW)).toEqual({ expired: 0, failed: 0, errors: [] });
    expect(send).toHaveBeenCalledWith(expect.objectContaining({ uploadId, attempt: 1 }));
  });
});

describe('an upload that has gone some of its way', () => {
  const handedOver = async () => {
    const uploads = await storeWith('PROCESSING');
    const work = uploads.get(anUpload(0).uploadId);
    await uploads.save({ ...work, lease: null, state: '{"calls":2,"state":1}', upload: { ...work.upload, stage: 'two' } });
    return uploads;
  };

  test('waits for its job like one that nobody has begun with: it is sent again, once, and all that was reached stays', async () => {
    const uploads = await handedOver();
    const send = jest.fn();
    expect(await sweepAt({ uploads, ...others, jobs: { send }, now }, NOW)).toEqual({ expired: 0, failed: 0, errors: [] });
    expect(send).toHaveBeenCalledTimes(1);
    expect(uploads.get(anUpload(0).uploadId)).toMatchObject({
      state: '{"calls":2,"state":1}', upload: { status: 'PROCESSING', stage: 'two', deadline: new Date(NOW.getTime() + 14 * 86_400_000).toISOString() },
    });
    expect(await sweepAt({ uploads, ...others, now }, new Date(NOW.getTime() + 15 * 86_400_000))).toMatchObject({ failed: 1, errors: [] });
  });
});

test('those that cannot be ended do not hide the ones behind them', async () => {
  const uploads = await storeWith(...Array.from({ length: 1001 }, (): UploadStatus => 'UPLOADED'), 'PENDING');
  const swept = await sweepAt({ uploads, ...others, now }, NOW);
  expect({ ...swept, errors: swept.errors.length }).toEqual({ expired: 1, failed: 0, errors: 1001 });
});

test('when time is up the next sweep goes on', async () => {
  const uploads = await storeWith('PENDING', 'PENDING');
  const times = [NOW, NOW, new Date(NOW.getTime() + 1)];
  expect(await sweepAt({ uploads, ...others, now: () => times.shift() ?? new Date(NOW.getTime() + 1) }, NOW)).toMatchObject({ expired: 1 });
  expect(await sweepAt({ uploads, ...others, now }, NOW)).toMatchObject({ expired: 1 });
});

describe('what an expired upload leaves behind', () => {
  const file = (name: string) => announcedFile({ name, fileName: name, key: `uploads/x/${name}`, contentType: 'text/csv' });
  const ARRIVAL = { at: DEADLINE, etag: 'abc' };
  const files = [
    { ...file('arrived'), arrival: ARRIVAL },
    { ...file('in parts'), multipart: { id: 'm1', partSize: 5, partCount: 2 } },
    { ...file('not begun'), multipart: { id: null, partSize: null, partCount: null } },
    { ...file('arrived in parts'), arrival: ARRIVAL, multipart: { id: 'm2', partSize: 5, partCount: 2 } },
    file('never came'),
  ];

  function bucket(fail?: string) {
    const calls: string[] = [];
    const call = async (...parts: string[]) => {
      if (parts[1] === fail) throw new Error('S3 is down');
      calls.push(parts.join(' '));
    };
    return { calls, objects: { delete: (key: string) => call('delete', key), abortMultipart: (key: string, id: string) => call('abort', key, id) } };
  }

  const CLEANED = ['delete uploads/x/arrived', 'abort uploads/x/in parts m1', 'delete uploads/x/arrived in parts'];

  test('is deleted and aborted at S3', async () => {
    const uploads = new InMemoryWork();
    uploads.announce(anUpload(0, { deadline: DEADLINE, files }));
    const { calls, objects } = bucket();
    expect(await sweepAt({ ...others, uploads, objects, now }, NOW)).toEqual({ expired: 1, failed: 0, errors: [] });
    expect(calls).toEqual(CLEANED);
    const { upload } = uploads.get(anUpload(0).uploadId);
    expect(upload).toMatchObject({ status: 'EXPIRED', deadline: null });
    expect(upload.files.map(({ arrival }) => arrival)).toEqual([null, null, null, null, null]);
  });

  test('is cleaned up by the next sweep when this one is interrupted', async () => {
    const uploads = new InMemoryWork();
    uploads.announce(anUpload(0, { deadline: DEADLINE, files }));
    const interrupted = bucket('uploads/x/in parts');
    const swept = await sweepAt({ ...others, uploads, objects: interrupted.objects, now }, NOW);
    expect(swept).toMatchObject({ expired: 0, errors: [expect.any(Error)] });
    expect(uploads.get(anUpload(0).uploadId).upload).toMatchObject({ status: 'EXPIRED', deadline: DEADLINE });
    const { calls, objects } = bucket();
    expect(await sweepAt({ ...others, uploads, objects, now }, NOW)).toEqual({ expired: 0, failed: 0, errors: [] });
    expect(calls).toEqual(CLEANED);
    expect(uploads.get(anUpload(0).uploadId).upload).toMatchObject({ status: 'EXPIRED', deadline: null });
  });
});
