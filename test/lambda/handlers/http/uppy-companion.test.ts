import { ADA, UppyAnswer, UppyWorld } from '../../../support/fakes/uppy-world';
import { HttpCall } from '../../../support/http-events';

const MIB = 1024 ** 2;
const FILE = { filename: 'a.csv', type: 'text/csv' };

let world: UppyWorld;
beforeEach(() => {
  world = new UppyWorld();
});

/** Companion's calls, with the API's credentials or under a session's URL. */
async function mounted(mount: string): Promise<(method: string, path: string, call?: HttpCall) => Promise<UppyAnswer>> {
  if (mount === '') return async (method, path, call) => world.call(`${method} ${path}`, call);
  const { body } = await world.call('POST /uploads/sessions');
  const token = String(body.url).split('/').at(-1)!;
  world.caller = { tenantId: 'nobody', owner: null, ownUploadsOnly: true };
  return async (method, path, call) => world.call(`${method} /u/{token}${path}`, { ...call, params: { ...call?.params, token } });
}

describe.each(['', 'session'])('Companion%s', (mount) => {
  let call: Awaited<ReturnType<typeof mounted>>;
  beforeEach(async () => {
    call = await mounted(mount);
  });

  async function begin(): Promise<{ key: string; multipartId: string }> {
    const { body } = await call('POST', '/s3/multipart', { body: { ...FILE, metadata: { name: 'a.csv', type: 'text/csv', relativePath: null, lab: 7 } } });
    return { key: body.key as string, multipartId: body.uploadId as string };
  }

  test('params are a form for a key of ours', async () => {
    const query = { ...FILE, 'metadata[name]': 'a.csv', 'metadata[type]': 'text/csv', 'metadata[relativePath]': 'null', 'metadata[lab]': 'x y' };
    const { status, body } = await call('GET', '/s3/params', { query });
    expect({ status, body }).toMatchObject({ status: 200, body: { method: 'POST', url: 'https://bucket.test/', expires: 600 } });
    const { key } = body.fields as { key: string };
    expect(world.upload(key)).toMatchObject({ tenantId: 'acme', owner: 'ada', metadata: { lab: 'x y' } });
    expect(world.signer.posts).toEqual([{ key, contentType: 'text/csv', minSize: 0, maxSize: 20 * MIB }]);
  });

  test('an upload in parts, from the beginning to the end', async () => {
    const { key, multipartId } = await begin();
    expect(world.upload(key)).toMatchObject({ owner: 'ada', metadata: { lab: '7' }, files: [{ multipart: { id: multipartId }, contentType: 'text/csv' }] });
    const params = { multipartId };
    const one = await call('GET', '/s3/multipart/{multipartId}/{partNumber}', { params: { ...params, partNumber: '1' }, query: { key } });
    expect(one.body).toEqual({ url: 'https://bucket.test/put?partNumber=1', expires: 600 });
    const batch = await call('GET', '/s3/multipart/{multipartId}/batch', { params, query: { key, partNumbers: '2,3' } });
    expect(batch.body).toEqual({ presignedUrls: { 2: 'https://bucket.test/put?partNumber=2', 3: 'https://bucket.test/put?partNumber=3' } });

    world.s3.sendPart(multipartId, 1, 5 * MIB);
    world.s3.sendPart(multipartId, 2, 7);
    const list = await call('GET', '/s3/multipart/{multipartId}', { params, query: { key } });
    expect(list.body).toEqual([{ PartNumber: 1, ETag: '"etag-1"', Size: 5 * MIB }, { PartNumber: 2, ETag: '"etag-2"', Size: 7 }]);

    const parts = [{ PartNumber: 1, ETag: '"etag-1"' }, { PartNumber: 2, ETag: 'etag-2' }];
    for (let attempt = 1; attempt <= 2; attempt++) {
      const done = await call('POST', '/s3/multipart/{multipartId}/complete', { params, query: { key }, body: { parts } });
      expect(done).toEqual({ status: 200, body: { location: `https://bucket.test/${key}`, key, bucket: 'bucket' } });
    }
    expect(world.upload(key)).toMatchObject({ status: 'UPLOADED', files: [{ size: 5 * MIB + 7, arrival: { etag: 'whole' } }] });
    expect(world.jobs).toMatchObject([{ uploadId: world.upload(key).uploadId, tenantId: 'acme' }]);
  });

  test('an upload that is given up leaves nothing, and no part is signed for it', async () => {
    const { key, multipartId } = await begin();
    const target = { params: { multipartId }, query: { key } };
    for (let attempt = 1; attempt <= 2; attempt++) expect(await call('DELETE', '/s3/multipart/{multipartId}', target)).toEqual({ status: 200, body: {} });
    expect(world.counted.aborted).toBe(1);
    expect(world.upload(key).status).toBe('ABORTED');
    expect(await world.s3.listParts(key, multipartId)).toBeUndefined();
    const sign = await call('GET', '/s3/multipart/{multipartId}/{partNumber}', { params: { multipartId, partNumber: '1' }, query: { key } });
    expect(sign).toMatchObject({ status: 409, body: { code: 'UPLOAD_ENDED' } });
  });

  test('(uploadId, key, owner) belong together on every call', async () => {
    const mine = await begin();
    const other = await begin();
    const ada = world.upload(mine.key);
    world.works.announce({ ...world.upload(other.key), owner: 'eve' });
    const calls = ({ key, multipartId }: { key: string; multipartId: string }) => [
      call('GET', '/s3/multipart/{multipartId}', { params: { multipartId }, query: { key } }),
      call('GET', '/s3/multipart/{multipartId}/{partNumber}', { params: { multipartId, partNumber: '1' }, query: { key } }),
      call('GET', '/s3/multipart/{multipartId}/batch', { params: { multipartId }, query: { key, partNumbers: '1' } }),
      call('POST', '/s3/multipart/{multipartId}/complete', { params: { multipartId }, query: { key }, body: { parts: [{ PartNumber: 1, ETag: 'x' }] } }),
      call('DELETE', '/s3/multipart/{multipartId}', { params: { multipartId }, query: { key } }),
    ];
    for (const target of [{ ...mine, multipartId: other.multipartId }, { ...mine, key: other.key }, other, { ...mine, key: `${mine.key}x` }]) {
      for (const { status, body } of await Promise.all(calls(target))) expect([status, body.code]).toEqual([404, 'UPLOAD_NOT_FOUND']);
    }
    expect(world.upload(mine.key)).toEqual(ada);
    expect(world.upload(other.key).status).toBe('PENDING');
  });
});

describe('an upload in parts is put together only of what S3 has', () => {
  const complete = async (key: string, multipartId: string, parts: object[]) => (
    world.call('POST /s3/multipart/{multipartId}/complete', { params: { multipartId }, query: { key }, body: { parts } })
  );

  test('unknown parts, wrong ETags and too many bytes are refused', async () => {
    const { body } = await world.call('POST /s3/multipart', { body: FILE });
    const [key, id] = [String(body.key), String(body.uploadId)];
    world.s3.sendPart(id, 1, 5 * MIB);
    expect(await complete(key, id, [{ PartNumber: 2, ETag: 'etag-2' }])).toMatchObject({ status: 409, body: { code: 'PARTS_MISSING' } });
    expect(await complete(key, id, [{ PartNumber: 1, ETag: 'other' }])).toMatchObject({ status: 409, body: { code: 'PARTS_MISSING' } });
    expect(await complete(key, id, [])).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(await complete(key, id, [{ PartNumber: 0, ETag: 'x' }])).toMatchObject({ status: 400, body: { errors: [{ pointer: '/parts/0/PartNumber' }] } });
    world.s3.sendPart(id, 2, 16 * MIB);
    expect(await complete(key, id, [{ PartNumber: 1, ETag: 'etag-1' }, { PartNumber: 2, ETag: 'etag-2' }]))
      .toMatchObject({ status: 413, body: { code: 'FILE_TOO_LARGE' } });
    expect(world.upload(key).status).toBe('PENDING');
    expect(world.s3.objects.size).toBe(0);
  });

  test('a completion whose answer was lost is found', async () => {
    const { body } = await world.call('POST /s3/multipart', { body: FILE });
    const [key, id] = [String(body.key), String(body.uploadId)];
    await world.s3.completeMultipart({ key, multipartId: id, parts: [world.s3.sendPart(id, 1, 5)] });
    expect(await complete(key, id, [{ PartNumber: 1, ETag: 'etag-1' }])).toMatchObject({ status: 200 });
    expect(world.upload(key).status).toBe('UPLOADED');
  });

  test.each(['0', '10001', 'x', '1.5', '-1'])('part %s is none', async (partNumber) => {
    const { body: { key, uploadId } } = await world.call('POST /s3/multipart', { body: FILE });
    const params = { multipartId: String(uploadId) };
    expect(await world.call('GET /s3/multipart/{multipartId}/{partNumber}', { params: { ...params, partNumber }, query: { key: String(key) } }))
      .toMatchObject({ status: 400, body: { code: 'INVALID_PART_NUMBER' } });
    expect(await world.call('GET /s3/multipart/{multipartId}/batch', { params, query: { key: String(key), partNumbers: `1,${partNumber}` } }))
      .toMatchObject({ status: 400, body: { code: 'INVALID_PART_NUMBER' } });
  });

  test('a batch has parts, and every call a key', async () => {
    const params = { multipartId: 'x' };
    for (const rawQueryString of ['key=a', 'partNumbers=1']) {
      expect(await world.call('GET /s3/multipart/{multipartId}/batch', { params, rawQueryString })).toMatchObject({ status: 400 });
    }
    expect(await world.call('GET /s3/multipart/{multipartId}', { params })).toMatchObject({ status: 400, body: { errors: [{ parameter: 'key' }] } });
  });
});

describe('what a file is called, is and means', () => {
  const both = async (file: object) => {
    const { metadata = {}, ...named } = file as { metadata?: Record<string, unknown> };
    const inQuery = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`metadata[${name}]`, String(value)]));
    return [await world.call('POST /s3/multipart', { body: file }), await world.call('GET /s3/params', { query: { ...named, ...inQuery } as Record<string, string> })];
  };

  test.each<[object, number, string]>([
    [{ ...FILE, filename: '../a.csv' }, 400, 'INVALID_FILE_NAME'],
    [{ ...FILE, filename: 'a\nb.csv' }, 400, 'INVALID_FILE_NAME'],
    [{ ...FILE, filename: '' }, 400, 'INVALID_FILE_NAME'],
    [{ ...FILE, filename: 'x'.repeat(256) }, 400, 'INVALID_FILE_NAME'],
    [{ type: 'text/csv' }, 400, 'INVALID_REQUEST'],
    [{ ...FILE, type: 'image/png' }, 415, 'CONTENT_TYPE_NOT_ALLOWED'],
    [{ filename: 'a.csv' }, 415, 'CONTENT_TYPE_NOT_ALLOWED'],
    [{ ...FILE, metadata: { long: 'x'.repeat(2048) } }, 400, 'INVALID_METADATA'],
    [{ ...FILE, metadata: Object.fromEntries([...Array(21).keys()].map((name) => [name, 'x'])) }, 400, 'INVALID_METADATA'],
  ])('%j is refused', async (file, status, code) => {
    for (const { status: given, body } of await both(file)) expect([given, body.code]).toEqual([status, code]);
    expect(world.works.all()).toEqual([]);
  });

  test('metadata that is no text, and that no text says', async () => {
    expect(await world.call('POST /s3/multipart', { body: { ...FILE, metadata: { exif: {} } } })).toMatchObject({ status: 400, body: { code: 'INVALID_METADATA' } });
  });

  test('metadata that is declared needs not know what Uppy says of every file', async () => {
    const column = { name: 'lab', type: 'integer', required: true } as const;
    world = new UppyWorld({ metadata: [column] });
    for (const { status } of await both({ ...FILE, metadata: { name: 'a.csv', type: 'text/csv', relativePath: null, lab: '7' } })) expect(status).toBe(200);
    for (const { status, body } of await both({ ...FILE, metadata: { lab: 'x' } })) expect([status, body.code]).toEqual([400, 'INVALID_METADATA']);
    for (const { status } of await both({ ...FILE, metadata: { lab: '7', other: 'x' } })) expect(status).toBe(400);
  });
});

describe('sessions', () => {
  const params = async (token: string) => world.call('GET /u/{token}/s3/params', { params: { token }, query: FILE });
  const started = async (body?: object) => {
    const { body: { url, expiresAt } } = await world.call('POST /uploads/sessions', { body, stage: 'beta' });
    return { url: String(url), expiresAt, token: String(url).split('/').at(-1)! };
  };

  test('a session has the address of the API, and an hour', async () => {
    const { url, expiresAt } = await started();
    expect(url).toMatch(/^https:\/\/abc123\.execute-api\.eu-central-1\.amazonaws\.com\/beta\/u\/[A-Za-z0-9_-]{43}$/);
    expect(expiresAt).toBe('2026-01-01T01:00:00.000Z');
  });

  test('it ends when it was asked to', async () => {
    const { token } = await started({ expiresIn: 60 });
    world.time = new Date('2026-01-01T00:00:59.999Z');
    expect(await params(token)).toMatchObject({ status: 200 });
    world.time = new Date('2026-01-01T00:01:00.000Z');
    expect(await params(token)).toMatchObject({ status: 404, body: { code: 'SESSION_NOT_FOUND' } });
  });

  test.each([59, 3601, 1.5, '60'])('%j seconds are refused', async (expiresIn) => {
    expect(await world.call('POST /uploads/sessions', { body: { expiresIn } })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/expiresIn' }] } });
  });

  test.each(['', 'x', 'x'.repeat(43), '../../../../uploads', 'x'.repeat(10_000)])('the token %# opens nothing', async (token) => {
    expect(await params(token)).toMatchObject({ status: 404, body: { code: 'SESSION_NOT_FOUND' } });
  });

  test('another session of the same caller goes on with its uploads, and nobody else does', async () => {
    const first = await started();
    const { body: { key, uploadId } } = await world.call('POST /u/{token}/s3/multipart', { params: { token: first.token }, body: FILE });
    const list = async (token: string) => (
      (await world.call('GET /u/{token}/s3/multipart/{multipartId}', { params: { token, multipartId: String(uploadId) }, query: { key: String(key) } })).status
    );
    expect(await list((await started()).token)).toBe(200);
    for (const caller of [{ ...ADA, owner: 'eve' }, { ...ADA, tenantId: 'evil' }]) {
      world.caller = caller;
      expect(await list((await started()).token)).toBe(404);
    }
  });
});
