import { FileRequest } from '../../../../lambda-src/application/uploads/upload-rules';
import { transition } from '../../../../lambda-src/domain/uploads/upload';
import { arrive } from '../../../../lambda-src/domain/uploads/work';
import { ADA, MIB, STRANGERS, UploadWorld } from '../../../support/fakes/upload-world';

const AT = '2026-01-01T00:00:10.000Z';
const FILM: FileRequest = { fileName: 'a.csv', contentType: 'text/csv', size: 20 * MIB, multipart: true };

async function begun(request: FileRequest | { readonly files: readonly (FileRequest & { readonly name: string })[] } = FILM) {
  const world = new UploadWorld();
  const { start, signParts, listParts } = world.useCases();
  const { upload: { uploadId } } = await start.run(ADA, request);
  return {
    world,
    uploadId,
    sign: async (partNumbers: number[], file?: string) => signParts.run(ADA, uploadId, { partNumbers, file }),
    list: async (file?: string) => listParts.run(ADA, uploadId, file),
    useCases: { signParts, listParts },
  };
}

describe('signing parts', () => {
  test('each URL is for one part of its own size, for some time', async () => {
    const { world, uploadId, sign } = await begun();
    world.clock += 60_000;
    expect(await sign([3, 1])).toEqual([
      { partNumber: 3, url: 'https://bucket.test/put?partNumber=3', expiresAt: '2026-01-01T00:11:00.000Z' },
      { partNumber: 1, url: 'https://bucket.test/put?partNumber=1', expiresAt: '2026-01-01T00:11:00.000Z' },
    ]);
    const target = { key: `uploads/acme/${uploadId}/a.csv`, multipartId: 'multipart-1' };
    expect(world.signer.parts).toEqual([{ ...target, partNumber: 3, size: 4 * MIB }, { ...target, partNumber: 1, size: 8 * MIB }]);
  });

  test.each([
    [[0], ['/partNumbers/0']], [[4], ['/partNumbers/0']], [[-1, 1], ['/partNumbers/0']], [[1, 2, 1, 9], ['/partNumbers/2', '/partNumbers/3']],
  ])('%j is not signed for', async (numbers, pointers) => {
    const { world, sign } = await begun();
    await expect(sign(numbers)).rejects.toMatchObject({ code: 'INVALID_PART_NUMBER', status: 400, errors: pointers.map((pointer) => ({ pointer })) });
    expect(world.signer.parts).toEqual([]);
  });

  test('where the client decides about the parts, S3 knows how many there can be', async () => {
    const { world, uploadId, sign, list } = await begun();
    const work = world.work.get(uploadId);
    const file = { ...work.upload.files[0], size: null, multipart: { id: 'multipart-1', partSize: null, partCount: null } };
    await world.work.save({ ...work, upload: { ...work.upload, files: [file] } });
    await sign([10_000]);
    expect(world.signer.parts).toMatchObject([{ size: undefined }]);
    await expect(sign([10_001])).rejects.toMatchObject({ code: 'INVALID_PART_NUMBER' });
    world.objects.sendPart('multipart-1', 7, 'abc');
    expect(await list()).toMatchObject({ partSize: null, partCount: null, uploaded: [{ partNumber: 7, size: 3 }], missing: [] });
  });
});

describe('listing parts', () => {
  test('tells what S3 has, and what is missing', async () => {
    const { world, list } = await begun();
    expect(await list()).toEqual({ partSize: 8 * MIB, partCount: 3, uploaded: [], missing: [1, 2, 3] });
    world.objects.sendPart('multipart-1', 3, 'x');
    world.objects.sendPart('multipart-1', 1, 'y');
    const etag = expect.stringMatching(/^[0-9a-f]{32}$/) as string;
    expect(await list()).toMatchObject({ uploaded: [{ partNumber: 1, etag, size: 1 }, { partNumber: 3, etag }], missing: [2] });
  });

  test('of what was put together already all parts are there', async () => {
    const { world, uploadId, list } = await begun();
    const parts = [{ partNumber: 1, etag: null, size: 8 * MIB }, { partNumber: 2 }, { partNumber: 3, size: 4 * MIB }];
    const all = { uploaded: parts, missing: [] };
    world.objects.begun.clear();
    world.objects.send(world.upload(uploadId).files[0].key, 'whole');
    expect(await list()).toMatchObject(all);
  });

  test('of a file that has arrived all parts are there, while others are on their way', async () => {
    const { world, uploadId, list } = await begun({ files: [{ ...FILM, name: 'a' }, { ...FILM, name: 'b', fileName: 'b.csv' }] });
    const { key } = world.upload(uploadId).files[0];
    await world.work.save(arrive(world.work.get(uploadId), { key, at: AT, now: AT, deadline: AT }));
    expect(await list('a')).toMatchObject({ missing: [] });
    expect(await list('b')).toMatchObject({ missing: [1, 2, 3] });
  });

  test('of what was aborted behind our back no part is there, nor would one be taken', async () => {
    const { world, list } = await begun();
    world.objects.begun.clear();
    await expect(list()).rejects.toMatchObject({ code: 'UPLOAD_ENDED', status: 409 });
  });
});

describe('both', () => {
  test('are about one of several files, which must be named', async () => {
    const files = [{ ...FILM, name: 'film' }, { name: 'sheet', fileName: 'b.csv', contentType: 'text/csv' }];
    const { world, sign, list } = await begun({ files });
    await sign([1], 'film');
    expect(world.signer.parts).toMatchObject([{ multipartId: 'multipart-1' }]);
    expect(await list('film')).toMatchObject({ missing: [1, 2, 3] });
    for (const about of [async (file?: string) => sign([1], file), list]) {
      await expect(about()).rejects.toMatchObject({ code: 'UNKNOWN_FILE', status: 400, errors: [{ parameter: 'file', detail: 'must be one of film, sheet' }] });
      await expect(about('x')).rejects.toMatchObject({ code: 'UNKNOWN_FILE' });
      await expect(about('sheet')).rejects.toMatchObject({ code: 'NOT_MULTIPART', status: 400 });
    }
  });

  test('end with the upload', async () => {
    const { world, uploadId, sign, list } = await begun();
    const work = world.work.get(uploadId);
    await world.work.save({ ...work, upload: transition(work.upload, 'ABORTED', AT) });
    await expect(sign([1])).rejects.toMatchObject({ code: 'UPLOAD_ENDED', status: 409 });
    await expect(list()).rejects.toMatchObject({ code: 'UPLOAD_ENDED' });
  });

  test.each(STRANGERS)('are nothing for %j', async (stranger) => {
    const { uploadId, useCases: { signParts, listParts } } = await begun();
    await expect(signParts.run(stranger, uploadId, { partNumbers: [1] })).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND', status: 404 });
    await expect(listParts.run(stranger, uploadId, undefined)).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
  });
});
