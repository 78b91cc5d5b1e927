import { Upload, UploadStatus } from '../../../../lambda-src/domain/uploads/upload';
import { ADA, STRANGERS, UploadWorld } from '../../../support/fakes/upload-world';

async function anUploadThatIs(changes: Partial<Upload>) {
  const world = new UploadWorld();
  const { upload: { uploadId } } = await world.useCases().start.run(ADA, { fileName: 'a.csv', contentType: 'text/csv' });
  const work = world.work.get(uploadId);
  await world.work.save({ ...work, upload: { ...work.upload, ...changes } });
  return { world, uploadId, reprocess: async (caller = ADA) => world.useCases().reprocess.run(caller, uploadId) };
}

const AT = '2026-01-01T00:00:00.000Z';
const FAILED: Partial<Upload> = {
  status: 'FAILED', deadline: null, error: { code: 'MISSING_COLUMN', message: 'x' }, history: [{ status: 'UPLOADED', at: AT }, { status: 'FAILED', at: AT }],
};

test('a failed upload waits to be worked on again, as another attempt', async () => {
  const { world, uploadId, reprocess } = await anUploadThatIs(FAILED);
  expect(await reprocess()).toMatchObject({ status: 'UPLOADED', error: null, deadline: '2026-01-01T01:00:00.000Z' });
  expect(world.queue.jobs).toMatchObject([{ uploadId, attempt: 2 }]);
});

test('what was only to be checked is only checked again', async () => {
  for (const dryRun of [true, false]) expect(await (await anUploadThatIs({ ...FAILED, dryRun })).reprocess()).toMatchObject({ dryRun });
});

test('a call that was killed before it sent the job is made again', async () => {
  const { world, uploadId, reprocess } = await anUploadThatIs(FAILED);
  await expect(world.useCases(() => ({ jobs: { send: async () => { throw new Error('killed'); } } })).reprocess.run(ADA, uploadId)).rejects.toThrow('killed');
  expect(await reprocess()).toMatchObject({ status: 'UPLOADED' });
  expect(world.queue.jobs).toMatchObject([{ attempt: 2 }]);
});

test.each<[UploadStatus, string]>([
  ['PENDING', 'CONFLICT'], ['PROCESSING', 'CONFLICT'], ['COMPLETED', 'UPLOAD_ENDED'], ['ABORTED', 'UPLOAD_ENDED'], ['EXPIRED', 'UPLOAD_ENDED'],
  ['QUARANTINED', 'UPLOAD_ENDED'],
])('one that is %s is refused with %s', async (status, code) => {
  const { world, reprocess } = await anUploadThatIs({ status });
  await expect(reprocess()).rejects.toMatchObject({ code, status: 409 });
  expect(world.queue.jobs).toEqual([]);
});

test('an object that nobody announced stays nobody\'s', async () => {
  const { world, reprocess } = await anUploadThatIs({ ...FAILED, error: { code: 'UPLOAD_NOT_REGISTERED', message: 'x' } });
  await expect(reprocess()).rejects.toMatchObject({ code: 'UPLOAD_ENDED' });
  expect(world.queue.jobs).toEqual([]);
});

test('after a hundred attempts the file is what is wrong', async () => {
  const history = (attempts: number) => Array.from({ length: attempts }, () => FAILED.history!).flat();
  const { world, uploadId, reprocess } = await anUploadThatIs({ ...FAILED, history: history(99) });
  await expect(reprocess()).resolves.toMatchObject({ status: 'UPLOADED' });
  const work = world.work.get(uploadId);
  await world.work.save({ ...work, upload: { ...work.upload, ...FAILED, history: history(100) } });
  await expect(reprocess()).rejects.toMatchObject({ code: 'UPLOAD_ENDED', message: expect.stringContaining('processed 100 times') });
  expect(world.queue.jobs).toHaveLength(1);
});

test.each(STRANGERS)('is not possible for %j', async (stranger) => {
  const { world, uploadId, reprocess } = await anUploadThatIs(FAILED);
  await expect(reprocess(stranger)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND', status: 404 });
  expect(world.upload(uploadId).status).toBe('FAILED');
});
