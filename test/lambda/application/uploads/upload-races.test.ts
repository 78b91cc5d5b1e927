import * as fc from 'fast-check';
import { arrive } from '../../../../lambda-src/domain/uploads/work';
import { ADA, MIB, Twist, UploadWorld } from '../../../support/fakes/upload-world';

const AT = '2026-01-01T00:00:10.000Z';
const FIRST = Buffer.alloc(8 * MIB, 'x');
const FILES = [
  { name: 'a', fileName: 'a.csv', contentType: 'text/csv', size: 3 },
  { name: 'b', fileName: 'b.csv', contentType: 'text/csv', size: 8 * MIB + 3, multipart: true },
];

/** Every call of a port waits until the scheduler lets it happen. */
function inAnyOrder(scheduler: fc.Scheduler): Twist {
  const scheduled = <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    await scheduler.schedule(Promise.resolve(), name);
    return call(...args);
  };
  return ({ work, objects, jobs }) => ({
    work: {
      find: scheduled('find', async (id: string) => work.find(id)),
      save: scheduled('save', async (changed: Parameters<typeof work.save>[0]) => work.save(changed)),
      add: work.add.bind(work),
      overdue: work.overdue.bind(work),
    },
    objects: Object.assign(Object.create(objects) as typeof objects, {
      listParts: scheduled('listParts', async (key: string, id: string) => objects.listParts(key, id)),
      completeMultipart: scheduled('completeMultipart', async (request: Parameters<typeof objects.completeMultipart>[0]) => objects.completeMultipart(request)),
      abortMultipart: scheduled('abortMultipart', async (key: string, id: string) => objects.abortMultipart(key, id)),
      head: scheduled('head', async (key: string) => objects.head(key)),
      delete: scheduled('delete', async (key: string) => objects.delete(key)),
    }),
    jobs: { send: scheduled('send', async (job: Parameters<typeof jobs.send>[0]) => jobs.send(job)) },
  });
}

test('in whatever order calls that complete and abort do their steps, the upload is taken on with its files, or gone without a trace', async () => {
  const calls = fc.array(fc.constantFrom('complete', 'abort', 'notice' as const), { minLength: 2, maxLength: 5 });
  await fc.assert(fc.asyncProperty(fc.scheduler(), calls, async (scheduler, names) => {
    const world = new UploadWorld();
    const { upload: { uploadId, files } } = await world.useCases().start.run(ADA, { files: FILES });
    world.objects.send(files[0].key, 'abc');
    world.objects.sendPart('multipart-1', 1, FIRST);
    world.objects.sendPart('multipart-1', 2, 'end');
    const { complete, abort } = world.useCases(inAnyOrder(scheduler));
    const notice = async () => {
      await scheduler.schedule(Promise.resolve(), 'notice');
      await world.work.save(arrive(world.work.get(uploadId), { key: files[0].key, at: AT, now: AT, etag: 'noticed', deadline: AT }));
    };
    const run = { complete: async () => complete.run(ADA, uploadId), abort: async () => abort.run(ADA, uploadId), notice };
    const all = Promise.allSettled(names.map(async (name) => run[name]()));
    await scheduler.waitFor(all);

    const errors = (await all).flatMap((one) => (one.status === 'rejected' ? [one.reason as { code?: string }] : []));
    expect(errors.filter(({ code }) => !['UPLOAD_ENDED', 'FILES_MISSING', 'CONFLICT'].includes(code ?? ''))).toEqual([]);
    const { status, history } = world.upload(uploadId);
    if (names.includes('abort')) {
      expect([status, world.objects.isEmpty]).toEqual(['ABORTED', true]);
    } else {
      expect(world.objects.contents.size).toBe(names.includes('complete') ? 2 : 1);
      expect(status).toBe(names.includes('complete') ? 'UPLOADED' : 'PENDING');
    }
    expect(new Set(history.map((entry) => entry.status)).size).toBe(history.length);
    expect(new Set(world.queue.jobs.map((job) => JSON.stringify(job))).size).toBe(Number(history.some((entry) => entry.status === 'UPLOADED')));
  }), { numRuns: 150 });
});
