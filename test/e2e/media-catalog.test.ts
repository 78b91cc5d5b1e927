import { randomUUID } from 'node:crypto';
import { ApiClient, type StartUploadRequest, type Upload } from '../../tools/client';
import { awsJson } from '../support/aws-request';
import { withFile } from '../support/ingest';
import { deployApp } from '../support/local-engine';
import { unsignedToken } from '../support/tokens';

const RUN = randomUUID().slice(0, 8);
const WEAVERS = `weavers-${RUN}`;
const POTTERS = `potters-${RUN}`;
const PASSWORD = 'Indigo-Loom-42';

/** The smallest of their kinds; only their first bytes matter here. */
const PHOTO = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
const SPEECH = Buffer.concat([Buffer.from('OggS'), Buffer.alloc(200)]);

const BOTH: StartUploadRequest = {
  files: [
    { name: 'photo', fileName: 'scarf.png', contentType: 'image/png', size: PHOTO.length },
    { name: 'audio', fileName: 'scarf.ogg', contentType: 'audio/ogg', size: SPEECH.length },
  ],
  metadata: { language: 'hi', title: 'Scarf' },
};

let outputs: Readonly<Record<string, string>>;
let weaver: ApiClient;
let potter: ApiClient;
beforeAll(async () => {
  ({ outputs } = await deployApp('examples/media-catalog'));
  weaver = await artisan(WEAVERS);
  potter = await artisan(POTTERS);
}, 300_000);

/** A client with the token of a new artisan, whom an administrator has added to the user pool. */
async function artisan(cooperative?: string): Promise<ApiClient> {
  const cognito = <T>(operation: string, body: object) => awsJson<T>('cognito-idp', `AWSCognitoIdentityProviderService.${operation}`, body);
  const user = { UserPoolId: outputs.UserPoolId, Username: randomUUID() };
  const attributes = cooperative ? [{ Name: 'custom:cooperative', Value: cooperative }] : [];
  await cognito('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS', UserAttributes: attributes });
  await cognito('AdminSetUserPassword', { ...user, Password: PASSWORD, Permanent: true });
  const { AuthenticationResult } = await cognito<{ AuthenticationResult: { IdToken: string } }>('InitiateAuth', {
    ClientId: outputs.UserPoolClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: user.Username, PASSWORD },
  });
  return new ApiClient(outputs.ApiUrl, { headers: { authorization: `Bearer ${AuthenticationResult.IdToken}` } });
}

const CONTENTS = { photo: PHOTO, audio: SPEECH };

/** Sends all files, and returns when the upload is in the queue. */
async function send(api: ApiClient, request = BOTH, contents: Readonly<Record<string, Buffer>> = CONTENTS): Promise<string> {
  const { uploadId, files } = await api.startUpload(request);
  for (const { name, upload } of files!) await withFile(contents[name], (path) => api.sendFile(upload!, path));
  await api.call('POST', `/uploads/${uploadId}/complete`, { body: {} });
  return uploadId;
}

const timeOf = (upload: Upload, status: string) => upload.history.find((entry) => entry.status === status)!.at;

describe('an upload of a photo and a few words', () => {
  let upload: Upload;
  const stages = new Set<string | null>();
  beforeAll(async () => {
    upload = await weaver.waitForUpload(await send(weaver), { onState: ({ stage }) => stages.add(stage) });
  });

  test('becomes an entry in the catalog, whose id is in the status', () => {
    expect(upload).toMatchObject({
      status: 'COMPLETED',
      result: { catalogId: `entry-${upload.uploadId}` },
      metadata: { language: 'hi', title: 'Scarf' },
      files: [{ name: 'photo', fileName: 'scarf.png' }, { name: 'audio', fileName: 'scarf.ogg' }],
      error: null,
    });
    expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
  });

  test('tells its stage on the way', () => {
    // However often somebody looks: these, in this order, and the last one stays.
    expect([null, 'photo', 'audio', 'catalog'].filter((stage) => stages.has(stage))).toEqual([...stages]);
    expect(upload.stage).toBe('catalog');
  });

  test('is a record of the cooperative, listed by its language', async () => {
    const prefix = `uploads/${WEAVERS}/${upload.uploadId}`;
    const entry = {
      _pk: `CATALOG#entry-${upload.uploadId}`,
      _sk: 'RECORD',
      catalogId: `entry-${upload.uploadId}`,
      title: 'Scarf',
      language: 'hi',
      photoKey: `${prefix}/scarf.png`,
      photoFormat: 'png',
      audioKey: `${prefix}/scarf.ogg`,
      audioFormat: 'ogg',
    };
    expect((await weaver.listRecords()).items).toContainEqual(entry);
    expect((await weaver.listRecords({ index: 'by-language', key: 'hi' })).items).toContainEqual(entry);
    expect((await weaver.listRecords({ index: 'by-language', key: 'ta' })).items).toEqual([]);
  });

  test.each(['GET', 'DELETE'])('does not exist for another cooperative: %s', async (method) => {
    await expect(potter.call(method, `/uploads/${upload.uploadId}`)).rejects.toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
  });

  test('is in no list of another cooperative', async () => {
    expect((await potter.listUploads()).items.map(({ uploadId }) => uploadId)).not.toContain(upload.uploadId);
    expect((await potter.listRecords({ index: 'by-language', key: 'hi' })).items).toEqual([]);
    await expect(potter.getRecord(`CATALOG#entry-${upload.uploadId}`, 'RECORD')).rejects.toMatchObject({ status: 404, code: 'RECORD_NOT_FOUND' });
  });
});

test('uploads of a cooperative are worked on one by one, in the order they came', async () => {
  const ids: string[] = [];
  for (const api of [weaver, potter, weaver, potter, weaver, weaver]) ids.push(await send(api));
  const uploads = await Promise.all(ids.map((id, at) => (at === 1 || at === 3 ? potter : weaver).waitForUpload(id)));

  expect(uploads.map(({ status }) => status)).toEqual(ids.map(() => 'COMPLETED'));
  for (const cooperative of [[0, 2, 4, 5], [1, 3]]) {
    const times = cooperative.flatMap((at) => [timeOf(uploads[at], 'PROCESSING'), timeOf(uploads[at], 'COMPLETED')]);
    expect(times).toEqual([...times].sort());
  }
});

describe('what is no photo with a few words', () => {
  test.each([
    ['photo', { photo: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), audio: SPEECH }],
    ['audio', { photo: PHOTO, audio: PHOTO }],
  ])('fails for good when the %s is something else than it says', async (name, contents) => {
    const files = BOTH.files!.map((file) => ({ ...file, size: contents[file.name as 'photo' | 'audio'].length }));
    const { status, stage, error, result } = await weaver.waitForUpload(await send(weaver, { ...BOTH, files }, contents));
    expect({ status, stage, error, result }).toEqual({
      status: 'FAILED', stage: name, error: { code: 'UNKNOWN_FORMAT', message: expect.stringContaining(`'${name}'`) }, result: null,
    });
  });

  test('fails when the words are missing', async () => {
    const upload = await weaver.waitForUpload(await send(weaver, { ...BOTH, files: BOTH.files!.slice(0, 1) }));
    expect(upload).toMatchObject({ status: 'FAILED', error: { code: 'FILE_MISSING' } });
  });

  test.each<[string, StartUploadRequest, object]>([
    ['a language is not spoken here', { ...BOTH, metadata: { language: 'xx' } }, { status: 400, code: 'INVALID_METADATA' }],
    ['the language is not said', { ...BOTH, metadata: { title: 'Scarf' } }, { status: 400, code: 'INVALID_METADATA' }],
    ['there is no such metadata', { ...BOTH, metadata: { language: 'hi', price: '5' } }, { status: 400, code: 'INVALID_METADATA' }],
    ['there are too many files', { ...BOTH, files: [...BOTH.files!, { ...BOTH.files![0], name: 'back', fileName: 'back.png' }] },
      { status: 400, code: 'TOO_MANY_FILES' }],
    ['a file is of another kind', { ...BOTH, files: [{ name: 'photo', fileName: 'a.csv', contentType: 'text/csv', size: 1 }] },
      { status: 415, code: 'CONTENT_TYPE_NOT_ALLOWED' }],
    ['a file is too large', { ...BOTH, files: [{ ...BOTH.files![0], size: 51 * 1024 * 1024 }] }, { status: 413, code: 'FILE_TOO_LARGE' }],
  ])('is refused at once when %s', async (_case, request, refusal) => {
    await expect(weaver.startUpload(request)).rejects.toMatchObject(refusal);
  });
});

describe('who may call', () => {
  test.each([
    ['no token', {}],
    ['a token that nobody signed', { authorization: `Bearer ${unsignedToken({ 'custom:cooperative': WEAVERS })}` }],
  ])('not a caller with %s', async (_case, headers) => {
    await expect(new ApiClient(outputs.ApiUrl, { headers }).listUploads()).rejects.toMatchObject({ status: 401 });
  });

  test('not an artisan without a cooperative', async () => {
    await expect((await artisan()).startUpload(BOTH)).rejects.toMatchObject({ status: 403, code: 'TENANT_MISSING' });
  });

  test('everybody may ask whether it is there', async () => {
    expect(await new ApiClient(outputs.ApiUrl, { headers: {} }).health()).toEqual({ status: 'ok' });
  });
});
