import { Upload } from '../../../../lambda-src/domain/uploads/upload';
import { ADA, STRANGERS, UploadWorld } from '../../../support/fakes/upload-world';

const COMPLETED: Partial<Upload> = { status: 'COMPLETED', counts: { total: 3, accepted: 1, rejected: 2 } };
const file = (name: string, fileName: string) => ({ name, fileName, contentType: 'text/csv' });

async function anUploadThatIs(changes: Partial<Upload>, files = [file('a', 'drugs.csv')], withRejects = files) {
  const world = new UploadWorld();
  const { upload: { uploadId } } = await world.useCases().start.run(ADA, { files });
  const work = world.work.get(uploadId);
  await world.work.save({ ...work, upload: { ...work.upload, ...changes } });
  for (const { fileName } of withRejects) world.objects.send(`rejects/acme/${uploadId}/${fileName}`, 'row,code');
  return { uploadId, rejects: async (name?: string, caller = ADA) => world.useCases().rejects.run(caller, uploadId, name) };
}

test('are fetched from the bucket, under a name that says what they are', async () => {
  const { uploadId, rejects } = await anUploadThatIs(COMPLETED);
  expect(await rejects()).toEqual({
    url: `https://bucket.test/rejects/acme/${uploadId}/drugs.csv?as=drugs.rejects.csv`, expiresAt: '2026-01-01T00:10:00.000Z',
  });
});

test.each([['.csv', '.csv.rejects.csv'], ['drugs', 'drugs.rejects.csv'], ['a.b.csv', 'a.b.rejects.csv']])('of %s they are called %s', async (fileName, name) => {
  expect((await (await anUploadThatIs(COMPLETED, [file('a', fileName)])).rejects()).url).toMatch(new RegExp(`as=${name}$`));
});

test('of several files one is named', async () => {
  const { uploadId, rejects } = await anUploadThatIs(COMPLETED, [file('a', 'a.csv'), file('b', 'b.csv')]);
  expect((await rejects('b')).url).toContain(`rejects/acme/${uploadId}/b.csv`);
  await expect(rejects()).rejects.toMatchObject({ code: 'UNKNOWN_FILE' });
});

test('of several files one may have none', async () => {
  const files = [file('a', 'a.csv'), file('b', 'b.csv')];
  const { rejects } = await anUploadThatIs(COMPLETED, files, [files[1]]);
  await expect(rejects('a')).rejects.toMatchObject({ code: 'REJECTS_NOT_FOUND', status: 404 });
  expect((await rejects('b')).url).toContain('b.csv');
});

test('are gone when the bucket keeps them no longer', async () => {
  await expect((await anUploadThatIs(COMPLETED, undefined, [])).rejects()).rejects.toMatchObject({ code: 'REJECTS_NOT_FOUND' });
});

test.each<Partial<Upload>>([
  { status: 'COMPLETED', counts: { total: 3, accepted: 3, rejected: 0 } }, { status: 'COMPLETED', counts: null }, { status: 'PENDING' },
  { ...COMPLETED, status: 'PROCESSING' },
])('there are none of %j', async (changes) => {
  await expect((await anUploadThatIs(changes)).rejects()).rejects.toMatchObject({ code: 'REJECTS_NOT_FOUND', status: 404 });
});

test.each<Partial<Upload>>([{ counts: null }, { counts: COMPLETED.counts }])('are what an upload has failed with, whatever was counted: %j', async (changes) => {
  const { uploadId, rejects } = await anUploadThatIs({ ...changes, status: 'FAILED' });
  expect((await rejects()).url).toContain(`rejects/acme/${uploadId}/drugs.csv`);
});

test('of an upload that has failed otherwise there are none', async () => {
  await expect((await anUploadThatIs({ status: 'FAILED' }, undefined, [])).rejects()).rejects.toMatchObject({ code: 'REJECTS_NOT_FOUND', status: 404 });
});

test.each(STRANGERS)('are nothing for %j', async (stranger) => {
  await expect((await anUploadThatIs(COMPLETED)).rejects(undefined, stranger)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND', status: 404 });
});
