import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ApiClient, type Upload } from '../../tools/client';
import { PROJECT_ROOT } from '../../tools/local-engine';
import { awsJson } from '../support/aws-request';
import { ingestFile } from '../support/ingest';
import { deployApp } from '../support/local-engine';
import { sharedSecretToken, unsignedToken } from '../support/tokens';

const BOOKS = join(PROJECT_ROOT, 'examples', 'user-table-login', 'books.csv');
const RUN = randomUUID().slice(0, 8);
const NORTH = `north-${RUN}`;
const SOUTH = `south-${RUN}`;
const PASSWORD = 'a quiet reading room';

let outputs: Readonly<Record<string, string>>;
let stranger: ApiClient;
let ada: ApiClient;
let upload: Upload;
beforeAll(async () => {
  ({ outputs } = await deployApp('examples/user-table-login'));
  stranger = new ApiClient(outputs.ApiUrl, { headers: {} });
  ada = await librarian('ada', NORTH);
  upload = await ingestFile(ada, BOOKS, { fileName: 'books.csv' });
}, 300_000);

const nameOf = (name: string) => `${name}-${RUN}`;
const withToken = (token: string) => new ApiClient(outputs.ApiUrl, { headers: { authorization: `Bearer ${token}` } });
const login = (body: unknown) => stranger.call<{ token: string; expiresAt: string }>('POST', '/login', { body });

/** What an administrator does; the answer, or the error that the function threw. */
async function addUser(user: object): Promise<Record<string, unknown>> {
  const { AddUserFunctionName: FunctionName } = outputs;
  const { Payload } = await new LambdaClient({}).send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(user) }));
  return JSON.parse(Buffer.from(Payload!).toString()) as Record<string, unknown>;
}

/** A librarian who has just logged in. */
async function librarian(name: string, library: string, scopes?: string[]): Promise<ApiClient> {
  await addUser({ name: nameOf(name), password: PASSWORD, library, scopes });
  return withToken((await login({ name: nameOf(name), password: PASSWORD })).token);
}

describe('login', () => {
  test('gives a token for a quarter of an hour, which says who and what for', async () => {
    const { token, expiresAt } = await login({ name: nameOf('ada'), password: PASSWORD });
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()) as Record<string, unknown>;
    expect(claims).toMatchObject({ sub: nameOf('ada'), library: NORTH, scope: 'query upload' });
    expect(Date.parse(expiresAt) / 1000).toBe(claims.exp);
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
  });

  test('answers a wrong name and a wrong password alike', async () => {
    const refusals = await Promise.all([
      { name: nameOf('ada'), password: 'a noisy reading room' },
      { name: nameOf('nobody'), password: PASSWORD },
    ].map(async (body) => {
      const response = await stranger.send('POST', '/login', { body });
      return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
    }));
    expect(refusals[0]).toEqual(refusals[1]);
    expect(refusals[0]).toMatchObject({ status: 401, type: 'application/problem+json' });
    expect(JSON.parse(refusals[0].body)).toMatchObject({ code: 'WRONG_CREDENTIALS' });
  });

  test.each([['nothing', {}], ['no JSON', 'name=ada'], ['numbers', { name: 1, password: 2 }], ['a list', []]])('refuses %s', async (_case, body) => {
    await expect(login(body)).rejects.toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });

  test('a new password takes the place of the old one', async () => {
    await librarian('eve', NORTH);
    await addUser({ name: nameOf('eve'), password: 'another quiet room', library: NORTH });
    await expect(login({ name: nameOf('eve'), password: PASSWORD })).rejects.toMatchObject({ status: 401 });
    expect(await login({ name: nameOf('eve'), password: 'another quiet room' })).toMatchObject({ token: expect.any(String) });
  });

  test.each([
    ['a password that is short', { password: 'short', library: NORTH }],
    ['a library that is no tenant', { password: PASSWORD, library: 'north#branch' }],
    ['an unknown scope', { password: PASSWORD, library: NORTH, scopes: ['admin'] }],
  ])('nobody is added with %s', async (_case, user) => {
    expect(await addUser({ name: nameOf('fay'), ...user })).toHaveProperty('errorMessage');
    await expect(login({ name: nameOf('fay'), password: user.password })).rejects.toMatchObject({ status: 401 });
  });
});

describe('protected routes', () => {
  test('take the files of who has logged in', async () => {
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 4, accepted: 3, rejected: 1 } });
    expect(await ada.call('GET', `/uploads/${upload.uploadId}`)).toMatchObject({ owner: nameOf('ada') });
    expect((await ada.listRecords()).items.map(({ title }) => title)).toEqual(['Pride and Prejudice', 'Jane Eyre', 'Wuthering Heights']);
  });

  test('do not exist for strangers, for old tokens and for those of others', async () => {
    const { SecretString: secret } = await awsJson<{ SecretString: string }>('secretsmanager', 'secretsmanager.GetSecretValue', { SecretId: outputs.TokenSecretArn });
    const claims = { sub: nameOf('ada'), library: NORTH, scope: 'upload query' };
    const now = Math.floor(Date.now() / 1000);
    const expired = sharedSecretToken(secret, { ...claims, iat: now - 1000, exp: now - 100 });
    const forged = sharedSecretToken('x'.repeat(64), claims);

    expect((await withToken(sharedSecretToken(secret, claims)).getUpload(upload.uploadId)).status).toBe('COMPLETED');
    await expect(stranger.getUpload(upload.uploadId)).rejects.toMatchObject({ status: 401 });
    for (const token of [expired, forged, unsignedToken(claims)]) {
      await expect(withToken(token).getUpload(upload.uploadId)).rejects.toMatchObject({ status: 403 });
    }
  });

  test('are open as far as the scopes go', async () => {
    const reader = await librarian('dora', NORTH, ['query']);
    expect((await reader.listRecords()).items).toHaveLength(3);
    await expect(reader.startUpload({ fileName: 'a.csv', contentType: 'text/csv' })).rejects.toMatchObject({ status: 403 });
    await expect(reader.listUploads()).rejects.toMatchObject({ status: 403 });
  });

  test('hide an upload from a colleague, who reads its records', async () => {
    const ben = await librarian('ben', NORTH);
    const { uploadId } = upload;
    for (const call of [['GET', ''], ['DELETE', ''], ['POST', '/reprocess'], ['GET', '/rejects'], ['GET', '/parts']]) {
      await expect(ben.call(call[0], `/uploads/${uploadId}${call[1]}`)).rejects.toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
    }
    expect((await ben.listUploads()).items).toEqual([]);
    expect((await ben.listRecords()).items).toHaveLength(3);
  });

  test('show another library nothing', async () => {
    const cleo = await librarian('cleo', SOUTH);
    await expect(cleo.getUpload(upload.uploadId)).rejects.toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
    expect((await cleo.listRecords()).items).toEqual([]);
    await expect(cleo.getRecord('BOOK#9780141441146', 'RECORD')).rejects.toMatchObject({ status: 404, code: 'RECORD_NOT_FOUND' });
    expect(await ada.getRecord('BOOK#9780141441146', 'RECORD')).toMatchObject({ title: 'Jane Eyre' });
  });
});

describe('public routes', () => {
  test('everybody may look up a book of a library', async () => {
    expect(await stranger.call('GET', `/catalog/${NORTH}/9780141441146`)).toEqual({
      isbn: '9780141441146', title: 'Jane Eyre', author: 'Charlotte Brontë', year: 1847,
    });
    await expect(stranger.call('GET', `/catalog/${SOUTH}/9780141441146`)).rejects.toMatchObject({ status: 404, code: 'BOOK_NOT_FOUND' });
  });

  test('everybody may ask whether it is there', async () => {
    expect(await stranger.health()).toEqual({ status: 'ok' });
  });
});
