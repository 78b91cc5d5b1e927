import * as fc from 'fast-check';
import { WorkLost } from '../../../../lambda-src/application/uploads/work-store';
import { objectKey } from '../../../../lambda-src/domain/uploads/object-key';
import { announcedFile, Upload, UploadStatus } from '../../../../lambda-src/domain/uploads/upload';
import { IngestWorld } from '../../../support/fakes/ingest-world';
import { FAULTS, Invocation } from '../../../support/fakes/invocation';
import { anUpload } from '../../../support/fakes/uploads';
import { column, recordModel } from '../../domain/records/record-models';

const MODEL = recordModel({ columns: [column('name', 'string')], keys: { partitionKey: '{name}', sortKey: 'INFO' } });
const CONTENT = 'name\na\n';
const statuses = ({ history }: Upload) => history.map(({ status }) => status);

/** An upload of some files, none of which has arrived. */
function uploadOf(fileNames: readonly string[], { tenantId = '-', ...changes }: Partial<Upload> = {}): Upload {
  const { uploadId } = anUpload(1);
  const files = fileNames.map((fileName) => announcedFile({
    name: fileName, fileName, key: objectKey({ tenantId, uploadId, fileName }), contentType: 'text/csv',
  }));
  return anUpload(1, { tenantId, files, ...changes });
}

function worldOf(fileNames: readonly string[], changes: Partial<Upload> = {}): IngestWorld {
  const upload = uploadOf(fileNames, changes);
  return new IngestWorld(MODEL, upload);
}

const keysOf = (world: IngestWorld) => world.upload.files.map(({ key }) => key);
const arrive = async (world: IngestWorld, key = world.key) => {
  world.put(CONTENT, 'text/csv', key);
  return world.deliver({}, { key });
};
const jobOf = ({ uploadId, tenantId, files }: Upload, attempt = 1) => (
  { uploadId, tenantId, attempt, files: files.map(({ name, key }) => ({ name, key })) }
);

describe('an upload of one file', () => {
  test('is worked on at once', async () => {
    const world = worldOf(['a.csv']);
    expect(await arrive(world)).toMatchObject({ outcome: 'completed' });
    expect(world.jobs).toEqual([]);
  });

  test.each([['a tenant', 'acme', false], ['a queue that keeps order', '-', true]])('waits for a job with %s', async (_, tenantId, queuesJobs) => {
    const world = worldOf(['a.csv'], { tenantId });
    world.queuesJobs = queuesJobs;
    expect(await arrive(world)).toEqual({ outcome: 'queued' });
    expect(world.upload).toMatchObject({ status: 'UPLOADED', deadline: '2026-01-01T01:10:00.000Z' });
    expect(world.jobs).toEqual([jobOf(world.upload)]);
    expect(await world.deliverJob()).toMatchObject({ outcome: 'completed' });
  });
});

describe('an upload of several files', () => {
  test('is worked on when the last one is there, by one job', async () => {
    const world = worldOf(['a.csv', 'b.csv', 'c.csv']);
    const [a, b, c] = keysOf(world);
    expect(await arrive(world, c)).toEqual({ outcome: 'noted' });
    expect(await arrive(world, a)).toEqual({ outcome: 'noted' });
    expect(world.upload).toMatchObject({ status: 'PENDING', deadline: anUpload(1).deadline });
    expect(world.jobs).toEqual([]);
    expect(await arrive(world, b)).toEqual({ outcome: 'queued' });
    expect(statuses(world.upload)).toEqual(['PENDING', 'UPLOADED']);
    expect(world.jobs).toEqual([jobOf(world.upload)]);
  });

  test('a notice that comes again writes nothing, and sends the job again that nobody has begun with', async () => {
    const world = worldOf(['a.csv', 'b.csv']);
    const [a, b] = keysOf(world);
    await arrive(world, a);
    const noted = world.work.get(world.upload.uploadId);
    expect(await world.deliver({}, { key: a })).toEqual({ outcome: 'noted' });
    expect(world.work.get(world.upload.uploadId)).toEqual(noted);
    await arrive(world, b);
    const uploaded = world.work.get(world.upload.uploadId);
    expect(await world.deliver({}, { key: a })).toEqual({ outcome: 'queued' });
    expect(world.work.get(world.upload.uploadId)).toEqual(uploaded);
    expect(world.jobs).toEqual([jobOf(world.upload), jobOf(world.upload)]);
  });

  test.each<UploadStatus>(['PROCESSING', 'COMPLETED', 'QUARANTINED', 'FAILED'])('a notice that comes when the upload is %s changes nothing', async (status) => {
    const arrival = { at: '2026-01-01T00:00:30.000Z', etag: null };
    const files = uploadOf(['a.csv', 'b.csv']).files.map((file) => ({ ...file, arrival }));
    const world = worldOf([], { status, files });
    const before = world.work.get(world.upload.uploadId);
    expect(await world.deliver({}, { key: files[0].key })).toEqual({ outcome: 'skipped' });
    expect(world.work.get(world.upload.uploadId)).toEqual(before);
    expect(world.jobs).toEqual([]);
  });

  test('one that failed for no fault of its files gets another job, as another attempt', async () => {
    const world = worldOf(['a.csv', 'b.csv']);
    for (const key of keysOf(world)) await arrive(world, key);
    await expect(world.deliverJob({ isLast: true }, { twist: () => ({ open: async () => { throw new Error('S3 is down'); } }) })).rejects.toThrow();
    expect(world.upload.status).toBe('FAILED');
    expect(await world.deliver()).toEqual({ outcome: 'queued' });
    expect(world.upload).toMatchObject({ status: 'UPLOADED', error: null, deadline: '2026-01-01T01:10:00.000Z' });
    expect(world.jobs.at(-1)).toEqual(jobOf(world.upload, 2));
  });

  test('one that is beaten to the upload looks again, and gives up after a while', async () => {
    const world = worldOf(['a.csv', 'b.csv']);
    let saves = 0;
    const beaten = (times: number) => world.deliver({}, {
      twist: ({ uploads }) => ({ uploads: { ...uploads, save: async (work) => (saves++ < times ? Promise.reject(new WorkLost('x')) : uploads.save(work)) } }),
    });
    await expect(beaten(99)).rejects.toBeInstanceOf(WorkLost);
    saves = 0;
    expect(await beaten(2)).toEqual({ outcome: 'noted' });
  });

  test.each(FAULTS)('whatever goes wrong while files arrive, it is processed once all notices have come through (%s)', async (fault) => {
    for (let faultAt = 1; ; faultAt++) {
      const world = worldOf(['a.csv', 'b.csv']);
      const invocation = new Invocation(faultAt, fault);
      keysOf(world).forEach((key) => world.put(`name\n${key.at(-5)}\n`, 'text/csv', key));
      for (const key of keysOf(world)) {
        const delivery = world.deliver({}, { key, invocation }).catch(() => world.deliver({}, { key }));
        await Promise.race([delivery, invocation.killed.then(() => world.deliver({}, { key }))]);
      }
      expect(world.jobs.length).toBeGreaterThan(0);
      for (const _ of world.jobs) await world.deliverJob();
      expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 2, accepted: 2, rejected: 0 } });
      expect(statuses(world.upload)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
      if (!invocation.struck) return;
    }
  });

  test('however its files arrive at once, it is UPLOADED once', async () => {
    const someDelays = fc.array(fc.nat(20), { minLength: 9, maxLength: 99 });
    await fc.assert(fc.asyncProperty(fc.integer({ min: 2, max: 5 }), someDelays, async (count, delays) => {
      const world = worldOf(Array.from({ length: count }, (_, nth) => `${nth}.csv`));
      let next = 0;
      const deliverUntilTaken = async (key: string): Promise<void> => {
        for (;;) {
          for (let turn = delays[next++ % delays.length]; turn > 0; turn--) await Promise.resolve();
          const done = await arrive(world, key).then(() => true, (error: unknown) => {
            if (error instanceof WorkLost) return false;
            throw error;
          });
          if (done) return;
        }
      };
      await Promise.all(keysOf(world).map(deliverUntilTaken));
      expect(statuses(world.upload)).toEqual(['PENDING', 'UPLOADED']);
      expect(world.jobs.length).toBeGreaterThan(0);
      expect(new Set(world.jobs.map((job) => JSON.stringify(job))).size).toBe(1);
    }), { numRuns: 50 });
  });
});

describe('a file that comes too late', () => {
  test('for an aborted upload is deleted', async () => {
    const world = worldOf(['a.csv'], { status: 'ABORTED', deadline: null });
    expect(await arrive(world)).toEqual({ outcome: 'skipped' });
    expect(world.files.size).toBe(0);
    expect(world.upload.status).toBe('ABORTED');
  });

  test('for an expired upload of one file is worked on', async () => {
    const world = worldOf(['a.csv'], { status: 'EXPIRED', deadline: null });
    expect(await arrive(world)).toMatchObject({ outcome: 'completed' });
  });

  test('for an expired upload of several is worked on if the others are there, noted or not', async () => {
    const world = worldOf(['a.csv', 'b.csv'], { status: 'EXPIRED', deadline: null });
    const [a, b] = keysOf(world);
    world.put(CONTENT, 'text/csv', b);
    expect(await arrive(world, a)).toEqual({ outcome: 'queued' });
    expect(world.upload.files.map(({ arrival }) => arrival?.at)).toEqual(['2026-01-01T00:00:30.000Z', '2026-01-01T00:00:29.000Z']);
  });

  test('for an expired upload whose other files never came is deleted', async () => {
    const world = worldOf(['a.csv', 'b.csv'], { status: 'EXPIRED', deadline: null });
    expect(await arrive(world)).toEqual({ outcome: 'skipped' });
    expect([world.files.size, world.upload.status]).toEqual([0, 'EXPIRED']);
  });

  test('while the sweeper cleans up it waits', async () => {
    const world = worldOf(['a.csv', 'b.csv'], { status: 'EXPIRED' });
    await expect(arrive(world)).rejects.toMatchObject({ name: 'StillWorking', until: '2026-01-01T00:15:00.000Z' });
    expect(world.files.size).toBe(1);
  });
});

describe('tenants', () => {
  test('an object under the upload of another tenant is nobody\'s', async () => {
    const world = worldOf(['a.csv'], { tenantId: 'acme' });
    for (const tenantId of ['-', 'evil']) {
      const key = objectKey({ tenantId, uploadId: world.upload.uploadId, fileName: 'a.csv' });
      expect(await arrive(world, key)).toEqual({ outcome: 'failed', code: 'UPLOAD_NOT_REGISTERED' });
    }
    expect(world.upload.status).toBe('PENDING');
  });

  test('a file whose key is of the right tenant but not the upload\'s', async () => {
    const files = [announcedFile({ name: 'file', fileName: 'a.csv', key: objectKey({ tenantId: 'evil', uploadId: anUpload(1).uploadId, fileName: 'a.csv' }), contentType: 'text/csv' })];
    const world = worldOf([], { tenantId: 'acme', files });
    expect(await arrive(world)).toEqual({ outcome: 'failed', code: 'UPLOAD_NOT_REGISTERED' });
  });

  test('a job in the name of another tenant is nobody\'s', async () => {
    const world = worldOf(['a.csv'], { tenantId: 'acme' });
    await arrive(world);
    const { uploadId } = world.upload;
    expect(await world.deliverJob({}, { job: { uploadId, tenantId: 'evil' } })).toEqual({ outcome: 'skipped' });
    expect(await world.deliverJob({}, { job: { uploadId: 'unknown', tenantId: 'acme' } })).toEqual({ outcome: 'skipped' });
    expect(await world.deliverJob()).toMatchObject({ outcome: 'completed' });
  });
});
