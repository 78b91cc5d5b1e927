import { ADA, UppyWorld } from '../../../support/fakes/uppy-world';

const MIB = 1024 ** 2;
const UUID = '0b3a8c1e-1111-4222-8333-0123456789ab';

let world: UppyWorld;
beforeEach(() => {
  world = new UppyWorld();
});

/** A multipart upload that the client has had S3 begin, as Uppy 6 does. */
async function begun() {
  const { body } = await world.presign({ method: 'POST', key: `${UUID}-a.csv` });
  const key = body.key as string;
  return { key, uploadId: await world.s3.createMultipart({ key, contentType: 'text/csv' }) };
}

test('a PUT becomes a form that limits the size, under a key of ours', async () => {
  const { status, body } = await world.presign({ method: 'PUT', key: `${UUID}-a.csv`, contentType: 'text/csv', metadata: { source: 'lab', pages: 3 } });
  expect(status).toBe(200);
  const key = 'uploads/acme/3f2b8c1e-0000-4000-8000-000000000001/a.csv';
  expect(body).toEqual({ url: 'https://bucket.test/', key, fields: { key } });
  expect(world.signer.posts).toEqual([{ key, contentType: 'text/csv', minSize: 0, maxSize: 20 * MIB }]);
  expect(world.upload(key)).toMatchObject({ status: 'PENDING', tenantId: 'acme', owner: 'ada', metadata: { source: 'lab', pages: '3' } });
});

test('a POST announces an upload before S3 has made its id, of any content type that is allowed', async () => {
  const { body } = await world.presign({ method: 'POST', key: `${UUID}-a.csv` });
  expect(body).toEqual({ key: expect.stringMatching(/^uploads\/acme\/[^/]+\/a\.csv$/), url: expect.stringContaining('?create=any') });
  expect(world.upload(body.key)).toMatchObject({
    status: 'PENDING', files: [{ contentType: '*/*', multipart: { id: null, partSize: null, partCount: null } }],
  });
});

test('a content type that is said is signed, and sent', async () => {
  const { body } = await world.presign({ method: 'POST', key: 'a.csv', contentType: 'text/csv' });
  expect(body).toMatchObject({ url: expect.stringContaining('?create=text%2Fcsv'), headers: { 'content-type': 'text/csv' } });
  expect(await world.presign({ method: 'POST', key: 'a.png', contentType: 'image/png' }))
    .toMatchObject({ status: 415, body: { code: 'CONTENT_TYPE_NOT_ALLOWED' } });
});

test('the first id that S3 knows under the key is the one of the upload, and no other', async () => {
  const { key, uploadId } = await begun();
  const other = await world.s3.createMultipart({ key, contentType: 'text/csv' });
  expect(await world.presign({ method: 'PUT', key, uploadId: 'invented', partNumber: 1 })).toMatchObject({ status: 404, body: { code: 'UPLOAD_NOT_FOUND' } });
  expect(await world.presign({ method: 'PUT', key, uploadId, partNumber: 1 })).toMatchObject({ status: 200, body: { key } });
  expect(world.upload(key).files[0].multipart).toMatchObject({ id: uploadId });
  expect(await world.presign({ method: 'PUT', key, uploadId: other, partNumber: 1 })).toMatchObject({ status: 404 });
});

test('calls that come at once pin the id once', async () => {
  const { key, uploadId } = await begun();
  const answers = await Promise.all([1, 2, 3].map(async (partNumber) => world.presign({ method: 'PUT', key, uploadId, partNumber })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(world.signer.parts).toEqual([1, 2, 3].map((partNumber) => ({ key, multipartId: uploadId, partNumber })));
});

test('lists, completes and aborts with URLs of S3', async () => {
  const { key, uploadId } = await begun();
  world.s3.sendPart(uploadId, 1, 6 * MIB);
  expect((await world.presign({ method: 'GET', key, uploadId })).body).toEqual({ key, url: `https://bucket.test/${key}?list=${uploadId}` });
  expect((await world.presign({ method: 'POST', key, uploadId })).body).toEqual({ key, url: `https://bucket.test/${key}?complete=${uploadId}` });
  expect(world.upload(key).status).toBe('PENDING');
  for (let call = 1; call <= 2; call++) {
    expect((await world.presign({ method: 'DELETE', key, uploadId })).body).toEqual({ key, url: `https://bucket.test/${key}?abort=${uploadId}` });
    expect(world.counted.aborted).toBe(1);
  }
  expect(world.upload(key)).toMatchObject({ status: 'ABORTED', deadline: null });
  for (const method of ['GET', 'POST']) {
    expect(await world.presign({ method, key, uploadId })).toMatchObject({ status: 409, body: { code: 'UPLOAD_ENDED' } });
  }
  expect(await world.presign({ method: 'PUT', key, uploadId, partNumber: 1 })).toMatchObject({ status: 409, body: { code: 'UPLOAD_ENDED' } });
});

test('parts that are too large together are not put together, and those beyond the limit are not signed', async () => {
  const { key, uploadId } = await begun();
  expect(await world.presign({ method: 'PUT', key, uploadId, partNumber: 4 })).toMatchObject({ status: 200 });
  expect(await world.presign({ method: 'PUT', key, uploadId, partNumber: 5 })).toMatchObject({ status: 413, body: { code: 'FILE_TOO_LARGE' } });
  world.s3.sendPart(uploadId, 1, 20 * MIB);
  expect(await world.presign({ method: 'POST', key, uploadId })).toMatchObject({ status: 200 });
  world.s3.sendPart(uploadId, 2, 1);
  expect(await world.presign({ method: 'POST', key, uploadId })).toMatchObject({ status: 413, body: { code: 'FILE_TOO_LARGE' } });
});

test('a URL lasts no longer than it is asked to', async () => {
  await world.presign({ method: 'PUT', key: 'a.csv', contentType: 'text/csv', expiresIn: 60 });
  expect(world.signer.posts).toMatchObject([{ expiresIn: 60 }]);
  const { key, uploadId } = await begun();
  await world.presign({ method: 'PUT', key, uploadId, partNumber: 1, expiresIn: 30 });
  expect(world.signer.parts).toMatchObject([{ expiresIn: 30 }]);
  expect(await world.presign({ method: 'PUT', key, uploadId, partNumber: 1, expiresIn: 0 })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/expiresIn' }] } });
});

describe('(uploadId, key, owner) belong together on every call', () => {
  const CALLS = [{ method: 'PUT', partNumber: 1 }, { method: 'GET' }, { method: 'POST' }, { method: 'DELETE' }];

  test.each(CALLS)('$method', async (call) => {
    const mine = await begun();
    const second = await begun();
    await world.presign({ ...mine, method: 'PUT', partNumber: 1 });
    const attempts = async (target: object) => (await world.presign({ ...call, ...target })).status;

    expect(await attempts({ ...mine, uploadId: second.uploadId })).toBe(404);
    expect(await attempts({ ...mine, key: second.key })).toBe(404);
    expect(await attempts({ ...mine, key: mine.key.replace('a.csv', 'b.csv') })).toBe(404);
    expect(await attempts({ ...mine, key: 'uploads/acme/../acme/x' })).toBe(404);
    expect(await attempts({ ...mine, key: `rejects/${mine.key}` })).toBe(404);
    for (const caller of [{ ...ADA, owner: 'eve' }, { ...ADA, owner: null }, { ...ADA, tenantId: 'evil' }]) {
      world.caller = caller;
      expect(await attempts(mine)).toBe(404);
    }
    world.caller = ADA;
    expect(world.upload(mine.key).status).toBe('PENDING');
    world.s3.sendPart(mine.uploadId, 1, 6 * MIB);
    expect(await attempts(mine)).toBe(200);
  });

  test('an upload that is not sent in parts has no parts', async () => {
    const { body: { key } } = await world.presign({ method: 'PUT', key: 'a.csv', contentType: 'text/csv' });
    const uploadId = await world.s3.createMultipart({ key: key as string, contentType: 'text/csv' });
    expect(await world.presign({ method: 'PUT', key, uploadId, partNumber: 1 })).toMatchObject({ status: 404 });
  });
});

test.each<[string, object, string]>([
  ['no key', { method: 'PUT' }, '/key'],
  ['another method', { method: 'PATCH', key: 'a' }, '/method'],
  ['a read of an object', { method: 'GET', key: 'a' }, '/uploadId'],
  ['a deletion of an object', { method: 'DELETE', key: 'a' }, '/uploadId'],
  ['a part without an upload', { method: 'PUT', key: 'a', partNumber: 1 }, '/uploadId'],
  ['an upload without a part', { method: 'PUT', key: 'a', uploadId: 'b' }, '/partNumber'],
  ['a part of a list', { method: 'GET', key: 'a', uploadId: 'b', partNumber: 1 }, '/partNumber'],
  ['part 0', { method: 'PUT', key: 'a', uploadId: 'b', partNumber: 0 }, '/partNumber'],
  ['part 10,001', { method: 'PUT', key: 'a', uploadId: 'b', partNumber: 10_001 }, '/partNumber'],
  ['half a part', { method: 'PUT', key: 'a', uploadId: 'b', partNumber: 1.5 }, '/partNumber'],
])('%s is refused', async (_, body, pointer) => {
  expect(await world.presign(body)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ pointer }] } });
});

test.each([
  ['..', 'PUT'], ['folder/..', 'PUT'], ['folder/', 'POST'], ['a\u0000b.csv', 'PUT'], ['a\\b.csv', 'POST'], [`${'x'.repeat(256)}.csv`, 'POST'], ['${filename}', 'PUT'],
])('the name of %j is refused', async (key, method) => {
  expect(await world.presign({ method, key, contentType: 'text/csv' })).toMatchObject({ status: 400, body: { code: 'INVALID_FILE_NAME' } });
  expect(world.works.all()).toEqual([]);
});

test.each([['../../etc/passwd', 'passwd'], [`year/2026/${UUID}-a b.csv`, 'a b.csv'], [`${UUID}-`, `${UUID}-`]])('of the key %j only the name counts', async (key, name) => {
  const { body } = await world.presign({ method: 'PUT', key, contentType: 'text/csv' });
  expect(body.key).toBe(`uploads/acme/3f2b8c1e-0000-4000-8000-000000000001/${name}`);
});
