import { anonymous, ApiClient, withApiKey, withToken } from '../../tools/client';
import { ensureEngine, reachableUrl } from '../../tools/local-engine';
import { assumeRole } from '../support/assumed-role';
import { API_KEYS, authStacks, BOTH, ORIGIN, SECRET } from '../support/auth-stacks';
import { ingest } from '../support/ingest';
import { type Deployment, deployApp } from '../support/local-engine';
import { OidcIssuer } from '../support/oidc-issuer';
import { sharedSecretToken, TokenClaims, unsignedToken } from '../support/tokens';

let deployed: Deployment;
let issuer: OidcIssuer;
beforeAll(async () => {
  await ensureEngine();
  issuer = await OidcIssuer.start();
  deployed = await deployApp((app) => authStacks(app, issuer.url));
}, 600_000);
afterAll(() => issuer.stop());

const urlOf = (name: string) => deployed.stacks[`Auth${name}`].ApiUrl;
const nobody = (name: string) => new ApiClient(urlOf(name), anonymous());
const bearer = (name: string, token: string) => new ApiClient(urlOf(name), withToken(token));
const claims = (more: TokenClaims = {}): TokenClaims => ({ iss: 'shop', aud: 'files', sub: 'ada', tenant: 'lab', scope: BOTH, ...more });
const token = (more?: TokenClaims) => sharedSecretToken(SECRET, claims(more));
const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;

/** Status and, where there is a problem document, code of an answer. */
async function outcome(answer: Promise<Response>): Promise<[status: number, code: unknown]> {
  const response = await answer;
  const text = await response.text();
  return [response.status, response.headers.get('content-type') === 'application/problem+json' ? (JSON.parse(text) as { code: unknown }).code : undefined];
}

const KINDS = ['Jwt', 'SecretHttp', 'SecretRest', 'Key', 'Lambda', 'Iam', 'IamHttp'];

describe.each(KINDS)('%s', (name) => {
  test('health and the document are open to all', async () => {
    expect(await nobody(name).health()).toEqual({ status: 'ok' });
    expect(await nobody(name).call('GET', '/openapi.json')).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
  });

  test('nobody else gets in without saying who it is', async () => {
    for (const [method, path] of [['GET', '/uploads'], ['POST', '/uploads'], ['GET', '/records'], ['DELETE', '/uploads/abc'], ['POST', '/s3/multipart']]) {
      const [status] = await outcome(nobody(name).send(method, path));
      expect([path, [401, 403].includes(status)]).toEqual([path, true]);
    }
  });

  test('a preflight request needs no credentials, on any route', async () => {
    for (const path of ['/uploads', '/uploads/abc/parts', '/records/a/b', '/u/token/s3/multipart']) {
      const response = await fetch(`${urlOf(name)}${path}`, {
        method: 'OPTIONS', headers: { 'origin': ORIGIN, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
      });
      expect([path, response.status, response.headers.get('access-control-allow-origin')]).toEqual([path, 204, ORIGIN]);
    }
  });

  test('a page of another origin is not told that it may', async () => {
    const response = await fetch(`${urlOf(name)}/uploads`, {
      method: 'OPTIONS', headers: { 'origin': 'https://other.example.com', 'access-control-request-method': 'POST' },
    });
    expect(response.headers.get('access-control-allow-origin')).not.toBe('https://other.example.com');
  });

  test('a page may read the answer', async () => {
    const response = await nobody(name).send('GET', '/health', { headers: { origin: ORIGIN } });
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  test('a capability URL needs no other credentials, and a wrong one is none', async () => {
    expect(await outcome(nobody(name).send('GET', `/u/${'x'.repeat(43)}/s3/params?filename=a.csv&type=text/csv`))).toEqual([404, 'SESSION_NOT_FOUND']);
  });
});

describe.each(['SecretHttp', 'SecretRest'])('a token of a shared secret, %s', (name) => {
  test('lets its bearer send a file and read its records', async () => {
    const ada = bearer(name, token());
    const upload = await ingest(ada, 'name\nAspirin\n');
    expect(upload).toMatchObject({ status: 'COMPLETED', owner: 'ada', files: [{ key: `uploads/lab/${upload.uploadId}/data.csv` }] });
    expect((await ada.listRecords({ limit: 1 })).items).toEqual([expect.objectContaining({ name: 'Aspirin' })]);
  });

  const bad: [string, () => string][] = [
    ['of another secret', () => sharedSecretToken('another secret, which is just as long as that', claims())],
    ['that nobody signed', () => unsignedToken(claims())],
    ['that has expired', () => token({ exp: seconds(-60) })],
    ['that never expires', () => token({ exp: undefined })],
    ['of another issuer', () => token({ iss: 'other' })],
    ['for another audience', () => token({ aud: 'other' })],
    ['that says another algorithm', () => {
      const [, body, signature] = token().split('.');
      return `${Buffer.from('{"alg":"HS512","typ":"JWT"}').toString('base64url')}.${body}.${signature}`;
    }],
  ];
  test.each(bad)('%s is refused', async (_case, make) => {
    const [status] = await outcome(bearer(name, make()).send('GET', '/uploads'));
    expect(status).toBe(name === 'SecretRest' ? 401 : 403);
  });

  test('opens what its scopes say', async () => {
    const [uploads, records] = [bearer(name, token({ scope: 'uploads' })), bearer(name, token({ scope: 'records' }))];
    for (let time = 0; time < 2; time++) {
      // Twice: what the gateway remembers of one route must not open another.
      expect((await outcome(uploads.send('GET', '/uploads')))[0]).toBe(200);
      expect((await outcome(uploads.send('GET', '/records')))[0]).toBe(403);
      expect((await outcome(records.send('GET', '/records')))[0]).toBe(200);
      expect((await outcome(records.send('GET', '/uploads')))[0]).toBe(403);
      expect((await outcome(records.send('POST', '/uploads', { body: {} })))[0]).toBe(403);
    }
    expect((await outcome(bearer(name, token({ scope: '' })).send('GET', '/uploads')))[0]).toBe(403);
  });

  test('must name a tenant', async () => {
    expect(await outcome(bearer(name, token({ tenant: undefined })).send('GET', '/uploads'))).toEqual([403, 'TENANT_MISSING']);
    expect(await outcome(bearer(name, token({ tenant: 'a/b' })).send('GET', '/uploads'))).toEqual([403, 'INVALID_TENANT']);
    // A list is no text, and is not passed on.
    expect(await outcome(bearer(name, token({ tenant: ['lab', 'other'] })).send('GET', '/uploads'))).toEqual([403, 'TENANT_MISSING']);
  });
});

test.each(['Jwt', 'SecretRest'])('under a stage a session, too, has a URL that works: %s', async (name) => {
  const credentials = name === 'Jwt' ? issuer.token({ aud: 'files', sub: 'ada', tenant: 'lab', scope: BOTH }) : token();
  const { url } = await bearer(name, credentials).startSession();
  expect(url).toMatch(/^https:\/\/[^/]+\/dev\/u\/[\w-]{43}$/);
  const session = new ApiClient(reachableUrl(url), anonymous());
  const { key } = await session.call<{ key: string }>('POST', '/s3/multipart', { body: { filename: 'a.csv', type: 'text/csv' } });
  expect(key).toMatch(/^uploads\/lab\//);
});

describe('a token of a provider', () => {
  const good = (more: TokenClaims = {}) => issuer.token({ aud: 'files', sub: 'ada', tenant: 'lab', scope: BOTH, ...more });

  test('lets its bearer send a file under the stage, and follow it', async () => {
    const ada = bearer('Jwt', good());
    expect(urlOf('Jwt')).toMatch(/\/dev$/);
    const upload = await ingest(ada, 'name\nAspirin\n');
    expect(upload).toMatchObject({ status: 'COMPLETED', owner: 'ada', files: [{ key: `uploads/lab/${upload.uploadId}/data.csv` }] });
  });

  test.each([
    ['for another audience', () => good({ aud: 'other' })],
    ['of another issuer', () => good({ iss: 'https://login.example.com' })],
    ['that has expired', () => good({ exp: seconds(-3600) })],
    ['that nobody signed', () => unsignedToken({ iss: issuer.url, aud: 'files', sub: 'ada', tenant: 'lab', scope: BOTH })],
  ])('%s is refused', async (_case, make) => {
    expect((await outcome(bearer('Jwt', make()).send('GET', '/uploads')))[0]).toBe(401);
  });

  test('opens what its scopes say', async () => {
    const uploads = bearer('Jwt', good({ scope: 'uploads' }));
    expect((await outcome(uploads.send('GET', '/uploads')))[0]).toBe(200);
    expect((await outcome(uploads.send('GET', '/records')))[0]).toBe(403);
  });
});

describe('a Lambda authorizer', () => {
  const member = (team: string, word = 'please') => new ApiClient(urlOf('Lambda'), { headers: { 'x-word': word, 'x-team': team } });

  test('says who may call, and for which tenant', async () => {
    const upload = await ingest(member('blue'), 'name\nAspirin\n');
    expect(upload).toMatchObject({ status: 'COMPLETED', owner: 'somebody', files: [{ key: `uploads/blue/${upload.uploadId}/data.csv` }] });
    expect(await outcome(member('red').send('GET', `/uploads/${upload.uploadId}`))).toEqual([404, 'UPLOAD_NOT_FOUND']);
    expect((await outcome(member('blue', 'now!').send('GET', '/uploads')))[0]).toBe(403);
  });
});

describe('an API key', () => {
  test('lets whoever has it in; it is the owner of what is sent with it', async () => {
    const [one, two] = [new ApiClient(urlOf('Key'), withApiKey(API_KEYS.one)), new ApiClient(urlOf('Key'), withApiKey(API_KEYS.two))];
    const owners = [await ingest(one, 'name\nAspirin\n'), await ingest(two, 'name\nIbuprofen\n')].map(({ owner }) => owner);
    expect(owners).toEqual([expect.any(String), expect.any(String)]);
    expect(new Set(owners).size).toBe(2);
    expect(owners.join()).not.toContain(API_KEYS.one);
  });

  test('that is wrong or missing is refused with a problem document', async () => {
    expect(await outcome(nobody('Key').send('GET', '/uploads'))).toEqual([403, 'INVALID_API_KEY']);
    expect(await outcome(new ApiClient(urlOf('Key'), withApiKey('wrong')).send('GET', '/records'))).toEqual([403, 'INVALID_API_KEY']);
  });
});

test.each(['Iam', 'IamHttp'])('the grants open what they say, and no more: %s', async (name) => {
  const as = async (id: string) => (
    new ApiClient(urlOf(name), { credentials: await assumeRole(deployed.stacks[`Auth${name}`][`${id}Arn`]) })
  );
  const [uploader, reader] = await Promise.all([as('Uploader'), as('Reader')]);
  expect(await ingest(uploader, 'name\nAspirin\n')).toMatchObject({ status: 'COMPLETED', owner: expect.stringContaining('Uploader') });
  expect((await reader.listRecords({ limit: 1 })).items).toHaveLength(1);
  expect((await outcome(uploader.send('GET', '/records')))[0]).toBe(403);
  expect((await outcome(reader.send('GET', '/uploads')))[0]).toBe(403);
});

describe('a REST API', () => {
  const ada = () => bearer('SecretRest', token());

  test('answers what it refuses itself with problem documents that a page may read', async () => {
    const response = await nobody('SecretRest').send('GET', '/uploads', { headers: { origin: ORIGIN } });
    expect([response.status, response.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(await response.json()).toMatchObject({ type: 'about:blank', status: 401, code: 'UNAUTHORIZED' });
    expect(await outcome(bearer('SecretRest', token({ scope: '' })).send('GET', '/uploads'))).toEqual([403, 'ACCESS_DENIED']);
    expect(await outcome(ada().send('GET', '/nothing/here'))).toEqual([404, 'ROUTE_NOT_FOUND']);
    expect(await outcome(ada().send('DELETE', '/records'))).toEqual([404, 'ROUTE_NOT_FOUND']);
    expect(await outcome(nobody('Iam').send('GET', '/uploads'))).toEqual([403, 'MISSING_AUTHENTICATION_TOKEN']);
  });

  test('checks bodies before a function runs', async () => {
    for (const body of [{}, { fileName: 1, contentType: 'text/csv' }, { fileName: 'a.csv', contentType: 'text/csv', size: -1 }, '[]', '{']) {
      expect([body, ...await outcome(ada().send('POST', '/uploads', { body }))]).toEqual([body, 400, 'INVALID_REQUEST']);
    }
  });

  test('takes a file in the request, byte by byte', async () => {
    const content = Buffer.from('name,city\nÄgir,Århus\n');
    const { uploadId } = await ada().uploadInline({ fileName: 'a.csv', contentType: 'text/csv', content });
    expect(await ada().waitForUpload(uploadId)).toMatchObject({ status: 'COMPLETED', files: [{ size: content.length }] });
    expect((await ada().listRecords({ limit: 1 })).items).toEqual([expect.objectContaining({ name: 'Ägir', city: 'Århus' })]);
  });

  test('knows records by keys with any character', async () => {
    const upload = await ingest(ada(), 'name\nAspirin\n');
    expect((await ada().getRecords(`${upload.uploadId}#1`)).items).toEqual([expect.objectContaining({ name: 'Aspirin' })]);
  });

  test('with IAM lets who signs in', async () => {
    const upload = await ingest(new ApiClient(urlOf('Iam')), 'name\nAspirin\n');
    expect(upload).toMatchObject({ status: 'COMPLETED', owner: expect.stringMatching(/^arn:aws:/) });
  });
});
