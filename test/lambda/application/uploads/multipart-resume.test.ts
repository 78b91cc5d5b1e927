import * as fc from 'fast-check';
import { Upload } from '../../../../lambda-src/domain/uploads/upload';
import { FAULTS, Invocation } from '../../../support/fakes/invocation';
import { ADA, Twist, UploadWorld } from '../../../support/fakes/upload-world';

const PART = 8;

/** What a client does until it is killed; every list of parts is in the order in which they are sent, some of them again. */
const lives = fc.array(fc.record({
  sends: fc.array(fc.nat(1000), { maxLength: 12 }),
  /** A part that breaks off: S3 keeps nothing of it. */
  breaksOff: fc.boolean(),
  /** Whether it lives long enough to complete, and the call of which port then goes wrong. */
  completes: fc.boolean(),
  faultAt: fc.integer({ min: 1, max: 7 }),
  fault: fc.constantFrom(...FAULTS),
}), { maxLength: 5 });

/** Parts of eight bytes, so that a test has many. */
async function start(content: Uint8Array): Promise<{ world: UploadWorld; upload: Upload }> {
  const world = new UploadWorld();
  const { upload } = await world.useCases().start.run(ADA, { fileName: 'a.csv', contentType: 'text/csv', size: content.length, multipart: true });
  const { multipart } = upload.files[0];
  const files = [{ ...upload.files[0], multipart: { ...multipart!, partSize: PART, partCount: Math.ceil(content.length / PART) } }];
  const work = world.work.get(upload.uploadId);
  return { world, upload: (await world.work.save({ ...work, upload: { ...work.upload, files } })).upload };
}

function faulty(invocation: Invocation): Twist {
  return ({ work, objects, jobs }) => ({
    work: {
      find: async (id) => invocation.call('find', async () => work.find(id)),
      save: async (changed) => invocation.call('save', async () => work.save(changed)),
      add: work.add.bind(work),
      overdue: work.overdue.bind(work),
    },
    objects: Object.assign(Object.create(objects) as typeof objects, {
      listParts: async (key: string, id: string) => invocation.call('listParts', async () => objects.listParts(key, id)),
      completeMultipart: async (request: Parameters<typeof objects.completeMultipart>[0]) => (
        invocation.call('completeMultipart', async () => objects.completeMultipart(request))
      ),
      head: async (key: string) => invocation.call('head', async () => objects.head(key)),
    }),
    jobs: { send: async (job) => invocation.call('send', async () => jobs.send(job)) },
  });
}

test('an upload in parts that is interrupted anywhere and resumed gives the very same bytes', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 90 }), lives, async (content, interrupted) => {
    const { world, upload: { uploadId, files: [{ key }] } } = await start(content);
    const { signParts, listParts, complete } = world.useCases();
    const partCount = Math.ceil(content.length / PART);
    const bytesOf = (partNumber: number) => content.subarray((partNumber - 1) * PART, partNumber * PART);
    const send = async (partNumbers: readonly number[]) => {
      const signed = await signParts.run(ADA, uploadId, { partNumbers });
      for (const { partNumber } of signed) world.objects.sendPart(world.multipartId(uploadId), partNumber, bytesOf(partNumber));
    };
    const isPending = () => world.upload(uploadId).status === 'PENDING';

    for (const { sends, breaksOff, completes, faultAt, fault } of interrupted) {
      const numbers = [...new Set(sends.map((nth) => (nth % partCount) + 1))];
      const sent = breaksOff ? numbers.slice(1) : numbers;
      if (isPending() && sent.length > 0) await send(sent);
      if (!completes) continue;
      const invocation = new Invocation(faultAt, fault);
      await Promise.race([invocation.killed, world.useCases(faulty(invocation)).complete.run(ADA, uploadId).catch(() => undefined)]);
    }

    // The client that comes back knows nothing but the id.
    if (isPending()) {
      const { missing, uploaded } = await listParts.run(ADA, uploadId, undefined);
      const all = [...missing, ...uploaded.map(({ partNumber }) => partNumber)].sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: partCount }, (_, nth) => nth + 1));
      if (missing.length > 0) await send(missing);
    }
    const completed = await complete.run(ADA, uploadId);

    expect(world.objects.contents.get(key)!.bytes).toEqual(Buffer.from(content));
    expect(completed).toMatchObject({ status: 'UPLOADED', files: [{ size: content.length, arrival: { etag: world.objects.contents.get(key)!.etag } }] });
    expect(completed.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED']);
    expect(new Set(world.queue.jobs.map((job) => JSON.stringify(job))).size).toBe(1);
    expect(world.objects.begun.size).toBe(0);
  }), { numRuns: 500 });
});
