import { Logger } from '@aws-lambda-powertools/logger';
import * as fc from 'fast-check';
import { UploadInline, UploadInlineRequest } from '../../../../lambda-src/application/uploads/upload-inline';
import { inlineRequest } from '../../../../lambda-src/handlers/http/inline-request';
import { json } from '../../../../lambda-src/handlers/http/response';
import { httpHandler } from '../../../../lambda-src/handlers/http/router';
import { documented } from '../../../support/documented';
import { ApiWorld } from '../../../support/fakes/api-world';
import { answer, HttpCall, httpEvent, LAMBDA_CONTEXT } from '../../../support/http-events';

const CSV = { fileName: 'a.csv', contentType: 'text/csv' };
const ID = '3f2b8c1e-0000-4000-8000-000000000001';
const params = { uploadId: ID };

let world: ApiWorld;
beforeEach(() => { world = new ApiWorld(); });
const call = async (route: string, options: HttpCall = {}) => {
  const result = await documented(world.handler)(httpEvent(route, options), LAMBDA_CONTEXT);
  return result.body ? answer(result) : { status: result.statusCode, headers: result.headers, body: undefined };
};

describe('POST /uploads/{uploadId}/complete', () => {
  const arrived = (size = 3) => {
    const { key, contentType } = world.works.get(ID).upload.files[0];
    world.s3.objects.set(key, { size, contentType, etag: 'e', checksum: null, lastModified: '2026-01-01T00:00:00.000Z' });
  };
  beforeEach(async () => call('POST /uploads', { body: { ...CSV, size: 3 } }));

  test.each<[string, HttpCall]>([['an empty object', { body: {} }], ['nothing', {}], ['blanks', { body: ' \n' }]])('takes %s', async (_, options) => {
    arrived();
    expect(await call('POST /uploads/{uploadId}/complete', { params, ...options })).toMatchObject({ status: 202, body: { uploadId: ID, status: 'UPLOADED' } });
    expect(world.jobs).toHaveLength(1);
  });

  test.each<[unknown, string]>([['{', 'INVALID_JSON'], [[], 'INVALID_REQUEST'], [{ parts: [] }, 'INVALID_REQUEST'], ['null', 'INVALID_REQUEST']])(
    'takes no %j', async (body, code) => {
      expect(await call('POST /uploads/{uploadId}/complete', { params, body })).toMatchObject({ status: 400, body: { code } });
    },
  );

  test('says what is not there', async () => {
    expect(await call('POST /uploads/{uploadId}/complete', { params })).toMatchObject({
      status: 409, body: { code: 'FILES_MISSING', detail: "'file': has not arrived", errors: [{ file: 'file', detail: 'has not arrived' }] },
    });
    arrived(4);
    expect(await call('POST /uploads/{uploadId}/complete', { params })).toMatchObject({ status: 409, body: { code: 'SIZE_MISMATCH' } });
  });

  test('with an Idempotency-Key is answered as before, whatever has become of the upload', async () => {
    arrived();
    const headers = { 'idempotency-key': 'once' };
    const first = await call('POST /uploads/{uploadId}/complete', { params, headers });
    expect(first).toMatchObject({ status: 202 });
    const work = world.works.get(ID);
    await world.works.save({ ...work, upload: { ...work.upload, status: 'PROCESSING' } });
    expect(await call('POST /uploads/{uploadId}/complete', { params, headers })).toEqual(first);
    expect(world.jobs).toHaveLength(1);
  });
});

test('DELETE /uploads/{uploadId} answers with nothing, again and again', async () => {
  await call('POST /uploads', { body: CSV });
  for (const _ of [1, 2]) expect(await call('DELETE /uploads/{uploadId}', { params })).toMatchObject({ status: 204, body: undefined });
  expect(world.works.get(ID).upload.status).toBe('ABORTED');
  expect(await call('POST /uploads/{uploadId}/complete', { params })).toMatchObject({ status: 409, body: { code: 'UPLOAD_ENDED' } });
});

test('POST /uploads/{uploadId}/reprocess', async () => {
  await call('POST /uploads', { body: CSV });
  expect(await call('POST /uploads/{uploadId}/reprocess', { params })).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  const work = world.works.get(ID);
  await world.works.save({ ...work, upload: { ...work.upload, status: 'FAILED' } });
  expect(await call('POST /uploads/{uploadId}/reprocess', { params })).toMatchObject({ status: 202, body: { uploadId: ID, status: 'UPLOADED' } });
});

describe('POST /uploads/inline', () => {
  const raw = { query: { fileName: 'a.csv' }, headers: { 'content-type': 'text/csv' } };

  test('takes base64 in JSON, with metadata', async () => {
    const body = { ...CSV, content: Buffer.from('a\n1\n').toString('base64'), metadata: { lab: '7' } };
    expect(await call('POST /uploads/inline', { body })).toMatchObject({ status: 201, headers: { location: ID }, body: { uploadId: ID, status: 'UPLOADED' } });
    expect(world.works.get(ID).upload).toMatchObject({ metadata: { lab: '7' }, files: [{ fileName: 'a.csv', contentType: 'text/csv', size: 4 }] });
  });

  test('takes a file as it is', async () => {
    expect(await call('POST /uploads/inline', { ...raw, body: 'a\n1\n' })).toMatchObject({ status: 201, body: { uploadId: ID, status: 'UPLOADED' } });
  });

  test.each<[string, HttpCall, boolean]>([
    ['JSON that says so', { body: { ...CSV, content: 'YQ==', dryRun: true } }, true],
    ['JSON that says the opposite', { body: { ...CSV, content: 'YQ==', dryRun: false } }, false],
    ['a body whose query says so', { ...raw, query: { fileName: 'a.csv', dryRun: 'true' }, body: 'a' }, true],
    ['a body whose query says the opposite', { ...raw, query: { fileName: 'a.csv', dryRun: 'false' }, body: 'a' }, false],
    ['a body that says nothing', { ...raw, body: 'a' }, false],
  ])('only checks the rows of %s', async (_, options, dryRun) => {
    expect(await call('POST /uploads/inline', options)).toMatchObject({ status: 201 });
    expect(world.works.get(ID).upload.dryRun).toBe(dryRun);
  });

  test('says how far it is: the processor may have been told by S3 already', async () => {
    const find = world.works.find.bind(world.works);
    jest.spyOn(world.works, 'find').mockImplementationOnce(async (uploadId) => {
      const work = world.works.get(uploadId);
      await world.works.save({ ...work, upload: { ...work.upload, status: 'PROCESSING' } });
      return find(uploadId);
    });
    expect(await call('POST /uploads/inline', { ...raw, body: 'a\n1\n' })).toMatchObject({ status: 201, body: { uploadId: ID, status: 'PROCESSING' } });
    expect(world.jobs).toEqual([]);
  });

  test.each<[string, HttpCall, number, string]>([
    ['no base64', { body: { ...CSV, content: 'YQ' } }, 400, 'INVALID_CONTENT'],
    ['base64 for URLs', { body: { ...CSV, content: '-_-_' } }, 400, 'INVALID_CONTENT'],
    ['no content', { body: CSV }, 400, 'INVALID_REQUEST'],
    ['an empty file in JSON', { body: { ...CSV, content: '' } }, 400, 'EMPTY_FILE'],
    ['more than 4.5 MB', { body: { ...CSV, content: Buffer.alloc(4_500_001).toString('base64') } }, 413, 'FILE_TOO_LARGE'],
    ['no JSON', { body: 'a\n1\n' }, 400, 'INVALID_JSON'],
    ['JSON with a query', { ...raw, headers: {}, body: { ...CSV, content: 'YQ==' } }, 400, 'INVALID_REQUEST'],
    ['a body without a name', { ...raw, query: {}, body: 'a' }, 400, 'INVALID_REQUEST'],
    ['a body with something else in the query', { ...raw, query: { fileName: 'a.csv', x: '' }, body: 'a' }, 400, 'INVALID_REQUEST'],
    ['a body that is only checked, perhaps', { ...raw, query: { fileName: 'a.csv', dryRun: 'yes' }, body: 'a' }, 400, 'INVALID_REQUEST'],
    ['JSON whose query says what its body should', { body: { ...CSV, content: 'YQ==' }, query: { dryRun: 'true' } }, 400, 'INVALID_REQUEST'],
    ['an empty body', { ...raw, body: '' }, 400, 'EMPTY_FILE'],
    ['no body', raw, 400, 'EMPTY_FILE'],
    ['a body without a type', { ...raw, headers: { 'content-type': '' }, body: 'a' }, 400, 'INVALID_REQUEST'],
    ['a body of another type', { ...raw, headers: { 'content-type': 'text/html' }, body: 'a' }, 415, 'CONTENT_TYPE_NOT_ALLOWED'],
    ['text that was none, of unknown length', { ...raw, body: 'a\ufffd' }, 400, 'INVALID_CONTENT'],
    ['text that was none', { ...raw, headers: { 'content-type': 'text/csv', 'content-length': '2' }, body: 'a\ufffd' }, 400, 'INVALID_CONTENT'],
  ])('refuses %s', async (_, options, status, code) => {
    expect(await call('POST /uploads/inline', options)).toMatchObject({ status, body: { code } });
    expect([world.works.all(), world.s3.objects.size]).toEqual([[], 0]);
  });

  test('tells a file of JSON with its own content type how it can be sent, and other parameters that there are none', async () => {
    const inJson = { headers: { 'content-type': 'application/json; charset=utf-8' }, body: '[{"a":1}]' };
    expect(await call('POST /uploads/inline', { ...inJson, query: { fileName: 'a.json' } })).toMatchObject({
      status: 400,
      body: {
        code: 'INVALID_REQUEST',
        detail: expect.stringMatching(/'content' in base64 .*as application\/x-ndjson, or through POST \/uploads$/) as string,
        errors: [{ parameter: 'fileName', detail: 'is unknown' }],
      },
    });
    expect(await call('POST /uploads/inline', { ...inJson, query: { dryRun: 'true' } })).toMatchObject({
      status: 400, body: { detail: 'the query is invalid: the request has no parameters', errors: [{ parameter: 'dryRun', detail: 'is unknown' }] },
    });
  });

  test('with an Idempotency-Key is one upload; with another file it is refused', async () => {
    const once = { ...raw, headers: { ...raw.headers, 'idempotency-key': 'once' } };
    const first = await call('POST /uploads/inline', { ...once, body: 'a' });
    expect(first).toMatchObject({ status: 201 });
    expect(await call('POST /uploads/inline', { ...once, body: 'a' })).toEqual(first);
    expect(await call('POST /uploads/inline', { ...once, body: 'b' })).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    const checked = { ...once, query: { ...once.query, dryRun: 'true' } };
    expect(await call('POST /uploads/inline', { ...checked, body: 'a' })).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(world.works.all()).toHaveLength(1);
  });
});

test('whatever bytes a file has, they are the ones that are stored', async () => {
  const taken: UploadInlineRequest[] = [];
  const uploadInline: Pick<UploadInline, 'run'> = { run: async (_, request) => { taken.push(request); return world.works.get(ID).upload; } };
  const handler = httpHandler({
    'POST /uploads/inline': async (request) => {
      await uploadInline.run({ tenantId: '-', owner: null, ownUploadsOnly: false }, await inlineRequest(request));
      return json({});
    },
  }, new Logger());
  await call('POST /uploads', { body: CSV });
  const send = async (options: Partial<ReturnType<typeof httpEvent>>) => {
    const event = httpEvent('POST /uploads/inline', { query: { fileName: 'a.bin' }, headers: { 'content-type': 'application/octet-stream' } });
    expect(await handler({ ...event, ...options }, LAMBDA_CONTEXT)).toMatchObject({ statusCode: 200 });
    return Buffer.from(taken.at(-1)!.content);
  };
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
    const base64 = Buffer.from(bytes).toString('base64');
    expect(await send({ body: base64, isBase64Encoded: true })).toEqual(Buffer.from(bytes));
    const inJson = httpEvent('POST /uploads/inline', { body: { ...CSV, content: base64 } });
    expect(await send(inJson)).toEqual(Buffer.from(bytes));
    expect(await send({ ...inJson, body: Buffer.from(inJson.body!).toString('base64'), isBase64Encoded: true })).toEqual(Buffer.from(bytes));
  }));
  await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
    const headers = { 'content-type': 'text/csv', 'content-length': String(Buffer.byteLength(text)) };
    expect((await send({ body: text, headers })).toString()).toBe(text);
  }));
});
