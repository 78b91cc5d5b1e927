import { StartUploadRequest } from '../../../../lambda-src/application/uploads/start-upload';
import { WorkLost } from '../../../../lambda-src/application/uploads/work-store';
import { UploadStatus } from '../../../../lambda-src/domain/uploads/upload';
import { arrive, begin } from '../../../../lambda-src/domain/uploads/work';
import { checksumOf } from '../../../support/fakes/in-memory-objects';
import { ADA, MIB, STRANGERS, Twist, UploadWorld } from '../../../support/fakes/upload-world';

const AT = '2026-01-01T00:00:10.000Z';
const CSV = { fileName: 'a.csv', contentType: 'text/csv', size: 3 };
const BIG = { ...CSV, size: 8 * MIB + 3, multipart: true };
const FIRST = Buffer.alloc(8 * MIB, 'x');

async function started(request: StartUploadRequest = CSV) {
  const world = new UploadWorld();
  const { upload } = await world.useCases().start.run(ADA, request);
  const { uploadId, files } = upload;
  return {
    world,
    uploadId,
    keys: files.map(({ key }) => key),
    complete: async (twist?: Twist) => world.useCases(twist).complete.run(ADA, uploadId),
  };
}

/** What S3's notice does. */
async function notice(world: UploadWorld, uploadId: string, nth = 0): Promise<void> {
  const { key } = world.upload(uploadId).files[nth];
  await world.work.save(arrive(world.work.get(uploadId), { key, at: AT, now: AT, etag: 'noticed', deadline: AT }));
}

async function process(world: UploadWorld, uploadId: string): Promise<void> {
  const lease = { holder: 'processor', until: AT };
  await world.work.save(begin(world.work.get(uploadId), { lease, now: AT, deadline: AT }));
}

test('a file that is there is taken on: noted, then queued', async () => {
  const { world, uploadId, keys: [key], complete } = await started();
  world.objects.send(key, 'abc');
  world.clock += 5000;
  expect(await complete()).toMatchObject({ status: 'UPLOADED', uploadedAt: '2026-01-01T00:00:05.000Z', deadline: '2026-01-01T01:00:05.000Z' });
  expect(world.upload(uploadId)).toMatchObject({
    status: 'UPLOADED',
    files: [{ arrival: { at: '2026-01-01T00:00:05.000Z', etag: '900150983cd24fb0d6963f7d28e17f72' } }],
  });
  expect(world.queue.jobs).toEqual([{ uploadId, tenantId: 'acme', files: [{ name: 'file', key }], attempt: 1 }]);
});

test('a size that nobody announced is known then', async () => {
  const { world, uploadId, keys: [key], complete } = await started({ fileName: 'a.csv', contentType: 'text/csv' });
  world.objects.send(key, 'abcd');
  await complete();
  expect(world.upload(uploadId)).toMatchObject({ files: [{ size: 4 }], progress: { bytes: 0, totalBytes: 4 } });
});

test('parts are put together', async () => {
  const { world, uploadId, keys: [key], complete } = await started(BIG);
  world.objects.sendPart('multipart-1', 2, 'end');
  world.objects.sendPart('multipart-1', 1, FIRST);
  expect(await complete()).toMatchObject({ status: 'UPLOADED' });
  expect(world.objects.contents.get(key)!.bytes.equals(Buffer.concat([FIRST, Buffer.from('end')]))).toBe(true);
  expect(world.upload(uploadId).files[0].arrival!.etag).toMatch(/-2$/);
  expect(world.objects.begun.size).toBe(0);
});

describe('what is not there as announced is refused, and nothing is done', () => {
  const files = [{ ...CSV, name: 'a' }, { ...CSV, name: 'b', fileName: 'b.csv' }, { ...BIG, name: 'c', fileName: 'c.csv' }];

  test('files that have not arrived', async () => {
    const { world, uploadId, keys, complete } = await started({ files });
    world.objects.send(keys[1], 'abc');
    world.objects.sendPart('multipart-1', 2, 'end');
    await expect(complete()).rejects.toMatchObject({
      code: 'FILES_MISSING',
      status: 409,
      message: "'a': has not arrived; 'c': lacks 1 of 2 parts",
      errors: [{ file: 'a', detail: 'has not arrived' }, { file: 'c', detail: 'lacks 1 of 2 parts', missing: [1] }],
    });
    expect([world.upload(uploadId).status, world.queue.jobs, world.objects.begun.size]).toEqual(['PENDING', [], 1]);
    world.objects.send(keys[0], 'abc');
    world.objects.sendPart('multipart-1', 1, FIRST);
    expect(await complete()).toMatchObject({ status: 'UPLOADED' });
  });

  test('parts that have not', async () => {
    const { complete } = await started(BIG);
    await expect(complete()).rejects.toMatchObject({ code: 'PARTS_MISSING', status: 409, errors: [{ file: 'file', missing: [1, 2] }] });
  });

  test('parts of another size', async () => {
    const { world, complete } = await started(BIG);
    world.objects.sendPart('multipart-1', 1, 'short');
    world.objects.sendPart('multipart-1', 2, 'end');
    await expect(complete()).rejects.toMatchObject({ code: 'SIZE_MISMATCH', status: 409, errors: [{ file: 'file', missing: [1] }] });
  });

  test('parts that are gone', async () => {
    const { world, complete } = await started(BIG);
    world.objects.begun.clear();
    await expect(complete()).rejects.toMatchObject({ code: 'FILES_MISSING', errors: [{ file: 'file' }] });
  });

  test('a part that changes while they are put together', async () => {
    const { world, complete } = await started(BIG);
    world.objects.sendPart('multipart-1', 1, FIRST);
    world.objects.sendPart('multipart-1', 2, 'end');
    await expect(complete(({ objects }) => {
      const list = objects.listParts.bind(objects);
      jest.spyOn(objects, 'listParts').mockImplementation(async (...args) => {
        const parts = await list(...args);
        world.objects.sendPart('multipart-1', 2, 'END');
        return parts;
      });
      return { objects };
    })).rejects.toMatchObject({ code: 'PARTS_MISSING' });
    expect(world.objects.contents.size).toBe(0);
  });

  test.each([
    ['another size', 'abcd', 'text/csv', 'SIZE_MISMATCH', 409],
    ['another type', 'abc', 'text/html', 'CONTENT_TYPE_NOT_ALLOWED', 415],
  ])('a file of %s', async (_, content, contentType, code, status) => {
    const { world, uploadId, keys: [key], complete } = await started();
    world.objects.send(key, content, contentType);
    await expect(complete()).rejects.toMatchObject({ code, status, errors: [{ file: 'file' }] });
    expect(world.upload(uploadId).status).toBe('PENDING');
  });

  test('a file with another checksum, in one request', async () => {
    const { world, keys: [key], complete } = await started({ ...CSV, checksum: checksumOf('abc', 'SHA256') });
    world.objects.send(key, 'abd');
    await expect(complete()).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH', status: 409 });
    world.objects.send(key, 'abc');
    expect(await complete()).toMatchObject({ status: 'UPLOADED' });
  });

  test('a file with another checksum, in parts', async () => {
    const { world, complete } = await started({ ...BIG, checksum: checksumOf(Buffer.concat([FIRST, Buffer.from('end')]), 'CRC64NVME') });
    world.objects.sendPart('multipart-1', 1, FIRST);
    world.objects.sendPart('multipart-1', 2, 'and');
    await expect(complete()).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    world.objects.sendPart('multipart-1', 2, 'end');
    expect(await complete()).toMatchObject({ status: 'UPLOADED' });
  });

  test('a checksum that S3 does not tell is not held against a file', async () => {
    const { world, keys: [key], complete } = await started({ ...CSV, checksum: checksumOf('abc', 'CRC64NVME') });
    world.objects.send(key, 'abd');
    expect(await complete()).toMatchObject({ status: 'UPLOADED' });
  });
});

describe('completing again', () => {
  test('sends a job again that may not have been sent, and says how far the upload is', async () => {
    const { world, uploadId, keys: [key], complete } = await started();
    world.objects.send(key, 'abc');
    const lost: Twist = () => ({ jobs: { send: async () => { throw new Error('killed'); } } });
    await expect(complete(lost)).rejects.toThrow('killed');
    expect(await complete()).toMatchObject({ status: 'UPLOADED' });
    expect(world.queue.jobs).toHaveLength(1);
    await process(world, uploadId);
    expect(await complete()).toMatchObject({ status: 'PROCESSING' });
    expect(world.queue.jobs).toHaveLength(1);
  });

  test('finds an object that was made of the parts by a call that was killed', async () => {
    const { world, complete } = await started(BIG);
    world.objects.sendPart('multipart-1', 1, FIRST);
    world.objects.sendPart('multipart-1', 2, 'end');
    await expect(complete(({ work }) => ({ work: { ...work, find: work.find.bind(work), save: async () => { throw new Error('killed'); } } }))).rejects.toThrow('killed');
    expect(await complete()).toMatchObject({ status: 'UPLOADED' });
  });

  test('an object that was there before the parts ends them', async () => {
    const { world, keys: [key], complete } = await started(BIG);
    world.objects.sendPart('multipart-1', 1, FIRST);
    world.objects.sendPart('multipart-1', 2, 'end');
    world.objects.send(key, Buffer.concat([FIRST, Buffer.from('END')]));
    expect(await complete()).toMatchObject({ status: 'UPLOADED' });
    expect(world.objects.begun.size).toBe(0);
  });

  test.each<UploadStatus>(['FAILED', 'ABORTED', 'EXPIRED', 'QUARANTINED'])('is not possible when the upload is %s', async (status) => {
    const { world, uploadId, complete } = await started();
    const work = world.work.get(uploadId);
    await world.work.save({ ...work, upload: { ...work.upload, status } });
    await expect(complete()).rejects.toMatchObject({ code: 'UPLOAD_ENDED', status: 409 });
    expect(world.queue.jobs).toEqual([]);
  });

  test.each(STRANGERS)('is not possible for %j', async (stranger) => {
    const { world, uploadId, keys: [key] } = await started();
    world.objects.send(key, 'abc');
    await expect(world.useCases().complete.run(stranger, uploadId)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND', status: 404 });
    expect(world.upload(uploadId).status).toBe('PENDING');
  });
});

describe('with the notice of S3 beside it', () => {
  test.each([['before the call', 0], ['before it reads', 1], ['before it writes', 2]])('%s: one of them takes the upload on', async (_, when) => {
    const { world, uploadId, keys: [key], complete } = await started();
    world.objects.send(key, 'abc');
    let finds = 0;
    if (when === 0) await notice(world, uploadId);
    const upload = await complete(({ work }) => ({
      work: {
        find: async (id: string) => {
          finds++;
          if (when === 1 && finds === 1) await notice(world, uploadId);
          const found = await work.find(id);
          if (when === 2 && finds === 1) await notice(world, uploadId);
          return found;
        },
        save: work.save.bind(work),
        add: work.add.bind(work),
        overdue: work.overdue.bind(work),
      },
    }));
    expect(upload).toMatchObject({ status: 'UPLOADED', files: [{ arrival: { etag: 'noticed' } }] });
    expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED']);
    expect(world.queue.jobs).toMatchObject([{ attempt: 1 }]);
  });

  test('files that S3 has told of need no second look', async () => {
    const { world, uploadId, keys, complete } = await started({ files: [{ ...CSV, name: 'a' }, { ...CSV, name: 'b', fileName: 'b.csv' }] });
    await notice(world, uploadId, 0);
    world.objects.send(keys[1], 'abc');
    expect(await complete()).toMatchObject({ status: 'UPLOADED', files: [{ arrival: { etag: 'noticed' } }, { arrival: {} }] });
  });

  test('who is beaten too often says so', async () => {
    const { world, uploadId, keys: [key], complete } = await started();
    world.objects.send(key, 'abc');
    jest.spyOn(world.work, 'save').mockRejectedValue(new WorkLost(uploadId));
    await expect(complete()).rejects.toMatchObject({ code: 'CONFLICT', status: 409 });
  });
});
