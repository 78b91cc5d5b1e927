import { UploadInlineRequest } from '../../../../lambda-src/application/uploads/upload-inline';
import { begin } from '../../../../lambda-src/domain/uploads/work';
import { ADA, Twist, UploadWorld } from '../../../support/fakes/upload-world';

const REQUEST: UploadInlineRequest = { fileName: 'a.csv', contentType: 'text/csv', content: Buffer.from('a,b\n1,2\n'), metadata: { lab: '7' } };
const ID = '3f2b8c1e-0000-4000-8000-000000000001';
const KEY = `uploads/acme/${ID}/a.csv`;

function setUp(rules = {}) {
  const world = new UploadWorld(rules);
  const inline = async (changes: Partial<UploadInlineRequest> = {}, twist?: Twist) => (
    world.useCases(twist).inline.run(ADA, { ...REQUEST, ...changes })
  );
  return { world, inline };
}

test('is announced, stored and taken on at once', async () => {
  const { world, inline } = setUp();
  expect(await inline()).toMatchObject({ uploadId: ID, status: 'UPLOADED', tenantId: 'acme', owner: 'ada', metadata: { lab: '7' } });
  expect(world.objects.contents.get(KEY)).toMatchObject({ bytes: REQUEST.content, contentType: 'text/csv' });
  const { etag } = world.objects.contents.get(KEY)!;
  expect(world.upload(ID)).toMatchObject({ status: 'UPLOADED', files: [{ size: 8, arrival: { etag } }], progress: { totalBytes: 8 } });
  expect(world.queue.jobs).toEqual([{ uploadId: ID, tenantId: 'acme', files: [{ name: 'file', key: KEY }], attempt: 1 }]);
});

test.each<[Partial<UploadInlineRequest>, string, number]>([
  [{ content: new Uint8Array(0) }, 'EMPTY_FILE', 400],
  [{ content: new Uint8Array(101) }, 'FILE_TOO_LARGE', 413],
  [{ content: new Uint8Array(4_500_001) }, 'FILE_TOO_LARGE', 413],
  [{ contentType: 'text/plain' }, 'CONTENT_TYPE_NOT_ALLOWED', 415],
  [{ contentType: 'csv' }, 'INVALID_REQUEST', 400],
  [{ fileName: 'a/b.csv' }, 'INVALID_FILE_NAME', 400],
  [{ metadata: { lap: '7' } }, 'INVALID_METADATA', 400],
])('%# is refused with %s', async (changes, code, status) => {
  const { world, inline } = setUp({ maxFileSize: 100, model: { metadata: [{ name: 'lab', type: 'string', required: false }] } });
  await expect(inline(changes)).rejects.toMatchObject({ code, status });
  expect([world.work.all(), world.objects.isEmpty]).toEqual([[], true]);
});

test('the largest file is taken', async () => {
  await expect(setUp().inline({ content: new Uint8Array(4_500_000) })).resolves.toMatchObject({ status: 'UPLOADED' });
});

describe('when a step fails, the upload has ended, nothing is left, and the error is told', () => {
  const failing = async () => { throw new Error('down'); };
  test.each<[string, Twist]>([
    ['storing', ({ objects }) => ({ objects: Object.assign(Object.create(objects) as typeof objects, { put: failing }) })],
    ['taking on', ({ work }) => {
      jest.spyOn(work, 'save').mockImplementationOnce(failing);
      return {};
    }],
    ['queueing', () => ({ jobs: { send: failing } })],
  ])('%s', async (_, twist) => {
    const { world, inline } = setUp();
    await expect(inline({}, twist)).rejects.toThrow('down');
    expect(world.upload(ID)).toMatchObject({ status: 'ABORTED', deadline: null });
    expect([world.objects.isEmpty, world.queue.jobs]).toEqual([true, []]);
  });

  test('cleaning up, too: the first error counts', async () => {
    const { world, inline } = setUp();
    await expect(inline({}, ({ objects }) => ({
      jobs: { send: failing }, objects: Object.assign(Object.create(objects) as typeof objects, { delete: async () => { throw new Error('also down'); } }),
    }))).rejects.toThrow(/^down$/);
    expect(world.upload(ID).status).toBe('ABORTED');
  });

  test('announcing: nothing has happened', async () => {
    const { world, inline } = setUp();
    await expect(inline({}, ({ store }) => ({ store: { ...store, create: failing } }))).rejects.toThrow('down');
    expect(world.objects.isEmpty).toBe(true);
  });
});

test('what the processor has begun with by then is no failure', async () => {
  const { world, inline } = setUp();
  const faster: Twist = () => ({
    jobs: {
      send: async () => {
        const lease = { holder: 'processor', until: '2026-01-02T00:00:00.000Z' };
        await world.work.save(begin(world.work.get(ID), { lease, now: '2026-01-01T00:00:01.000Z', deadline: '2026-01-02T00:00:00.000Z' }));
        throw new Error('down');
      },
    },
  });
  expect(await inline({}, faster)).toMatchObject({ status: 'PROCESSING' });
  expect(world.objects.contents.has(KEY)).toBe(true);
});
