import { UploadStatus } from '../../../../lambda-src/domain/uploads/upload';
import { ADA, MIB, STRANGERS, Twist, UploadWorld } from '../../../support/fakes/upload-world';

const FILES = [
  { name: 'a', fileName: 'a.csv', contentType: 'text/csv', size: 3 },
  { name: 'b', fileName: 'b.csv', contentType: 'text/csv', size: 8 * MIB + 3, multipart: true },
  { name: 'c', fileName: 'c.csv', contentType: 'text/csv', size: 1, multipart: true },
];

/** An upload of which everything is on its way: an object, some parts, and parts that were put together already. */
async function onItsWay() {
  const world = new UploadWorld();
  const { upload: { uploadId, files } } = await world.useCases().start.run(ADA, { files: FILES });
  world.objects.send(files[0].key, 'abc');
  world.objects.sendPart('multipart-1', 2, 'end');
  world.objects.begun.delete('multipart-2');
  world.objects.send(files[2].key, 'x');
  return { world, uploadId, files, abort: async (twist?: Twist) => world.useCases(twist).abort.run(ADA, uploadId) };
}

test('frees everything that the upload takes', async () => {
  const { world, uploadId, abort } = await onItsWay();
  await abort();
  expect(world.objects.isEmpty).toBe(true);
  expect(world.upload(uploadId)).toMatchObject({ status: 'ABORTED', deadline: null });
});

test('can be done again, and does then what was left undone', async () => {
  const { world, uploadId, abort } = await onItsWay();
  const killed: Twist = ({ objects }) => {
    jest.spyOn(objects, 'delete').mockRejectedValueOnce(new Error('killed'));
    return { objects };
  };
  await expect(abort(killed)).rejects.toThrow('killed');
  expect(world.upload(uploadId).status).toBe('ABORTED');
  await abort();
  expect(world.objects.isEmpty).toBe(true);
  await abort();
  expect(world.upload(uploadId).history.map(({ status }) => status)).toEqual(['PENDING', 'ABORTED']);
  expect(world.aborted).toBe(1);
});

test('what is waiting to be worked on is not worked on any more', async () => {
  const { world, uploadId, abort } = await onItsWay();
  const work = world.work.get(uploadId);
  await world.work.save({ ...work, upload: { ...work.upload, status: 'UPLOADED' } });
  await abort();
  expect(world.upload(uploadId).status).toBe('ABORTED');
});

test.each<UploadStatus>(['PROCESSING', 'COMPLETED', 'FAILED', 'EXPIRED', 'QUARANTINED'])('an upload that is %s is not aborted', async (status) => {
  const { world, uploadId, abort } = await onItsWay();
  const work = world.work.get(uploadId);
  await world.work.save({ ...work, upload: { ...work.upload, status } });
  await expect(abort()).rejects.toMatchObject({ code: 'UPLOAD_ENDED', status: 409 });
  expect([world.objects.contents.size, world.aborted]).toEqual([2, 0]);
});

test('an upload that is being completed at that moment leaves no object behind', async () => {
  const { world, uploadId, files, abort } = await onItsWay();
  world.objects.sendPart('multipart-1', 1, Buffer.alloc(8 * MIB));
  const aborting: Twist = ({ work }) => ({
    work: {
      find: work.find.bind(work),
      add: work.add.bind(work),
      overdue: work.overdue.bind(work),
      save: async (changed) => {
        // The parts are an object by now, which nobody has told the abort.
        expect(world.objects.contents.has(files[1].key)).toBe(true);
        if (world.upload(uploadId).status === 'PENDING') await abort(({ objects }) => ({ objects: Object.assign(Object.create(objects) as typeof objects, { delete: async () => {} }) }));
        return work.save(changed);
      },
    },
  });
  await expect(world.useCases(aborting).complete.run(ADA, uploadId)).rejects.toMatchObject({ code: 'UPLOAD_ENDED' });
  expect(world.upload(uploadId).status).toBe('ABORTED');
  expect(world.objects.isEmpty).toBe(true);
});

test.each(STRANGERS)('is not possible for %j', async (stranger) => {
  const { world, uploadId } = await onItsWay();
  await expect(world.useCases().abort.run(stranger, uploadId)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND', status: 404 });
  expect([world.upload(uploadId).status, world.objects.contents.size]).toEqual(['PENDING', 2]);
});
