import type { RequestContext } from '@aws-lambda-powertools/event-handler/types';
import { Logger } from '@aws-lambda-powertools/logger';
import { Caller } from '../../../../lambda-src/application/access/caller';
import { ApiError } from '../../../../lambda-src/domain/api-error';
import { idempotency } from '../../../../lambda-src/handlers/http/idempotency';
import { json } from '../../../../lambda-src/handlers/http/response';
import { httpHandler } from '../../../../lambda-src/handlers/http/router';
import { answerOnceWith } from '../../../../lambda-src/handlers/idempotency/answer-once';
import { InMemoryIdempotency } from '../../../support/fakes/in-memory-idempotency';
import { answer, HttpCall, httpEvent, LAMBDA_CONTEXT } from '../../../support/http-events';

const ADA: Caller = { tenantId: 'acme', owner: 'ada', ownUploadsOnly: false };
const KEY = { 'idempotency-key': 'k 1' };

/** Two routes that count how often they are served. */
function setUp() {
  const store = new InMemoryIdempotency();
  const state = { caller: ADA, served: 0 };
  const serve = jest.fn(async (_: RequestContext) => json({ nth: ++state.served }, 201, { location: 'x' }));
  const idempotent = idempotency({ open: () => answerOnceWith(store), callerOf: () => state.caller, expiresAfterSeconds: 60 });
  const logger = new Logger();
  logger.setLogLevel('SILENT');
  const handler = httpHandler({
    'POST /things': idempotent('POST /things', serve),
    'POST /things/:uploadId/parts': idempotent('POST /things/{uploadId}/parts', serve),
  }, logger);
  const post = async (call: HttpCall = {}, route = 'POST /things') => (
    answer(await handler(httpEvent(route, { body: { a: 1 }, headers: KEY, ...call }), LAMBDA_CONTEXT))
  );
  return { store, state, serve, post };
}

afterEach(() => jest.restoreAllMocks());

test('the same request with the same key is served once, and answered the same', async () => {
  const { post } = setUp();
  const first = await post();
  expect(first).toMatchObject({ status: 201, headers: { 'location': 'x', 'content-type': 'application/json' }, body: { nth: 1 } });
  expect(await post()).toEqual(first);
});

test('without a key every request is a new one', async () => {
  const { store, post } = setUp();
  await post({ headers: {} });
  expect(await post({ headers: {} })).toMatchObject({ body: { nth: 2 } });
  expect(store.records.size).toBe(0);
});

test.each<[string, HttpCall]>([
  ['body', { body: { a: 2 } }],
  ['query', { query: { fileName: 'b.csv' } }],
  ['content type', { headers: { ...KEY, 'content-type': 'text/csv' } }],
])('another %s with the same key is refused', async (_, call) => {
  const { post } = setUp();
  await post();
  expect(await post(call)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
});

test.each<[string, Caller]>([
  ['tenant', { ...ADA, tenantId: 'other' }], ['owner', { ...ADA, owner: 'eve' }], ['owner, unknown', { ...ADA, owner: null }],
])('the key of another %s is another key', async (_, caller) => {
  const { state, post } = setUp();
  await post();
  state.caller = caller;
  expect(await post({ body: { a: 2 } })).toMatchObject({ status: 201, body: { nth: 2 } });
});

test('callers without an owner share the keys of their tenant and route, and no others', async () => {
  const { state, post } = setUp();
  state.caller = { ...ADA, owner: null };
  await post();
  expect(await post()).toMatchObject({ status: 201, body: { nth: 1 } });
  expect(await post({ body: { a: 2 } })).toMatchObject({ status: 422 });
  expect(await post({ params: { uploadId: 'a' } }, 'POST /things/{uploadId}/parts')).toMatchObject({ body: { nth: 2 } });
  state.caller = { tenantId: 'other', owner: null, ownUploadsOnly: false };
  expect(await post()).toMatchObject({ body: { nth: 3 } });
});

test.each([ADA.owner, null])('the key of another route, or of another upload, is another key, for %j', async (owner) => {
  const { state, post } = setUp();
  state.caller = { ...ADA, owner };
  await post();
  const parts = async (uploadId: string) => post({ params: { uploadId } }, 'POST /things/{uploadId}/parts');
  expect(await parts('a')).toMatchObject({ body: { nth: 2 } });
  expect(await parts('b')).toMatchObject({ body: { nth: 3 } });
  expect(await parts('a')).toMatchObject({ body: { nth: 2 } });
});

test.each(['', 'x'.repeat(256), 'ü', 'a\tb', '\u007f'])('%j is no key', async (key) => {
  const { post } = setUp();
  expect(await post({ headers: { 'idempotency-key': key } })).toMatchObject({ status: 400, body: { code: 'INVALID_IDEMPOTENCY_KEY' } });
});

test.each(['x'.repeat(255), '8e03978e-40d5-43dd-bc93-6894a57f9324', '"quoted"'])('%j is one', async (key) => {
  expect(await setUp().post({ headers: { 'idempotency-key': key } })).toMatchObject({ status: 201 });
});

test('a request that is still being served is not served again', async () => {
  const { serve, post } = setUp();
  let serveIt: (response: Response) => void = () => undefined;
  serve.mockImplementationOnce(async () => new Promise((resolve) => { serveIt = resolve; }));
  const first = post();
  await new Promise((resolve) => { setImmediate(resolve); });
  expect(await post()).toMatchObject({ status: 409, body: { code: 'REQUEST_IN_PROGRESS' } });
  serveIt(json({ nth: 1 }, 201));
  expect(await first).toMatchObject({ status: 201 });
  expect(await post()).toMatchObject({ status: 201, body: { nth: 1 } });
});

test.each([['a refusal', new ApiError('FILES_MISSING', 'no'), 409], ['a failure', new Error('down'), 500]])('%s is not kept', async (_, error, status) => {
  const { serve, post } = setUp();
  serve.mockRejectedValueOnce(error);
  expect(await post()).toMatchObject({ status });
  expect(await post()).toMatchObject({ status: 201, body: { nth: 1 } });
});

test('after some time a key is free again', async () => {
  const { post } = setUp();
  await post();
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now + 61_000);
  expect(await post()).toMatchObject({ body: { nth: 2 } });
});
