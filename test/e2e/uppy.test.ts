import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CfnOutput, RemovalPolicy, SecretValue, Size, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Browser } from 'playwright-core';
import {
  Column, RecordKeys, RecordSchema, UnknownColumns, UploadApi, UploadAuth, UploadIngestPipeline, UploadProcessor,
} from '../../src';
import { anonymous, ApiClient, withToken } from '../../tools/client';
import { reachableUrl } from '../../tools/local-engine';
import { launchChromium } from '../browser/chromium';
import { uppyScript } from '../browser/uppy-bundle';
import { PAGE_ORIGIN, UppyPage, type UppySetup } from '../browser/uppy-page';
import { recordsOf } from '../support/ingest';
import { awsClients, deployApp } from '../support/local-engine';
import { sharedSecretToken } from '../support/tokens';

const SECRET = 'a secret of forty-two bytes, for tests only';
const MIB = 1024 ** 2;

let browser: Browser;
let folder: string;
let url: string;
let bucket: string;
let s3: S3Client;
let api: ApiClient;
let token: string;
const pages: UppyPage[] = [];

beforeAll(async () => {
  const deployed = await deployApp((app) => {
    const stack = new Stack(app, 'Uppy');
    const secret = new secretsmanager.Secret(stack, 'Secret', { secretStringValue: SecretValue.unsafePlainText(SECRET) });
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
      api: UploadApi.http({ auth: UploadAuth.sharedSecret(secret), cors: { origins: [PAGE_ORIGIN] } }),
      maxFileSize: Size.mebibytes(16),
      processor: UploadProcessor.records({
        schema: RecordSchema.of([Column.integer('id')], { unknownColumns: UnknownColumns.IGNORE }),
        keys: RecordKeys.of({ partitionKey: '{uploadId}#{row}' }),
      }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(stack, 'ApiUrl', { value: pipeline.apiUrl! });
    new CfnOutput(stack, 'BucketName', { value: pipeline.bucket.bucketName });
  });
  token = sharedSecretToken(SECRET, { sub: 'ada', exp: Math.floor(Date.now() / 1000) + 3600 });
  url = deployed.outputs.ApiUrl;
  bucket = deployed.outputs.BucketName;
  api = deployed.api('ApiUrl', withToken(token));
  ({ s3 } = awsClients());
  browser = await launchChromium();
  // On a fresh machine both versions are downloaded, for which a test has no time.
  await Promise.all([uppyScript('uppy-5'), uppyScript('uppy-6')]);
  folder = await mkdtemp(join(tmpdir(), 'uppy-'));
}, 600_000);

afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.close()));
});

afterAll(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

const authorization = () => ({ authorization: `Bearer ${token}` });
/** The base of Companion's routes for a client that can send no header. */
const session = async () => reachableUrl((await api.startSession()).url);

const MODES: [string, (multipart: boolean) => Promise<UppySetup>][] = [
  ['version 6, signRequest', async (multipart) => (
    { version: 'uppy-6', s3: {}, signRequest: { url: `${url}/s3/presign`, headers: authorization() }, multipart }
  )],
  ['version 6, companionEndpoint with a capability URL', async (multipart) => (
    { version: 'uppy-6', s3: { companionEndpoint: await session() }, multipart }
  )],
  ['version 5, endpoint with headers', async (multipart) => (
    { version: 'uppy-5', s3: { endpoint: url, headers: authorization() }, multipart }
  )],
  ['version 5, endpoint with a capability URL', async (multipart) => (
    { version: 'uppy-5', s3: { endpoint: await session() }, multipart }
  )],
];

interface SentFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly rows: number;
}

/** Few rows for many bytes, all of them different, since an emulator writes slowly. */
async function aFile(name: string, size: number): Promise<SentFile> {
  const rows = Math.max(3, Math.ceil(size / 100_000));
  const width = Math.max(0, Math.floor(size / rows) - 10);
  const lines = Array.from({ length: rows }, (_, row) => `${row},${createHash('sha256').update(`${name} ${row}`).digest('hex').repeat(Math.ceil(width / 64)).slice(0, width)}`);
  const bytes = Buffer.from(['id,filler', ...lines, ''].join('\n'));
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { path, bytes, rows };
}

async function open(setup: UppySetup, { path }: SentFile): Promise<UppyPage> {
  const page = await UppyPage.open(browser, setup);
  pages.push(page);
  await page.choose(path);
  return page;
}

const idOf = (key: string) => key.split('/').at(-2)!;

/** What S3 has is what was sent, and its records are all there. */
async function expectArrived(page: UppyPage, { bytes, rows }: SentFile): Promise<void> {
  const { body } = await page.saw('upload-success');
  const upload = await api.waitForUpload(idOf(body!.key!));
  expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: rows, accepted: rows, rejected: 0 } });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: body!.key }));
  expect(sha256(await Body!.transformToByteArray())).toBe(sha256(bytes));
  expect(await recordsOf(api, upload)).toEqual(Array.from({ length: rows }, (_, id) => ({ id })));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe.each(MODES)('%s', (mode, setup) => {
  const name = (scenario: string) => `${scenario} (${MODES.findIndex(([other]) => other === mode)}).csv`;

  test('a small file', async () => {
    const file = await aFile(name('small'), 1000);
    const page = await open(await setup(false), file);
    await page.upload();
    await expectArrived(page, file);
    expect(page.sentParts).toEqual([]);
  });

  test('a file in parts', async () => {
    const file = await aFile(name('large'), 12 * MIB);
    const page = await open(await setup(true), file);
    await page.upload();
    await expectArrived(page, file);
    expect(page.sentParts.toSorted()).toEqual([1, 2, 3]);
  });

  test('a pause, and on again', async () => {
    const file = await aFile(name('paused'), 9 * MIB);
    const page = await open(await setup(true), file);
    await page.uploadFirstPart();
    const sentBefore = page.sentParts.length;
    await page.pause();
    page.letPartsGo();
    await page.resume();
    await expectArrived(page, file);
    expect(new Set(page.sentParts.slice(sentBefore))).toEqual(new Set([2]));
  });

  test('a reload in the middle, with Golden Retriever', async () => {
    const file = await aFile(name('reloaded'), 9 * MIB);
    const page = await open(await setup(true), file);
    await page.uploadFirstPart();
    const { key } = await page.multipart();
    const sentBefore = page.sentParts.length;
    await page.reload();
    await expectArrived(page, file);
    // The same upload goes on, and Uppy is told what of it is there. That version 6 sends some of that again at times is its own affair.
    expect((await page.saw('upload-success')).body).toMatchObject({ key });
    const lists = await Promise.all(page.partLists);
    expect(lists.at(-1)!.match(/PartNumber\W+\d+/g)).toEqual([expect.stringMatching(/\D1$/)]);
    const sentAfter = new Set(page.sentParts.slice(sentBefore));
    expect(sentAfter).toContain(2);
    if (mode.startsWith('version 5')) expect(sentAfter).toEqual(new Set([2]));
  });

  test('an abort leaves nothing behind', async () => {
    const page = await open(await setup(true), await aFile(name('aborted'), 9 * MIB));
    await page.uploadFirstPart();
    const { key } = await page.multipart();
    expect((await page.cancel()).ok()).toBe(true);
    expect(await api.getUpload(idOf(key))).toMatchObject({ status: 'ABORTED' });
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads.filter(({ Key }) => Key === key)).toEqual([]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }))).KeyCount).toBe(0);
  });
});

describe('whoever learns the id and the key of an upload', () => {
  const as = (caller: string) => new ApiClient(url, withToken(sharedSecretToken(SECRET, { sub: caller })));
  const refused = { status: 404, code: 'UPLOAD_NOT_FOUND' };

  test('cannot go on with it, and its owner can, from another session too', async () => {
    const ada = as('ada');
    const { key, uploadId } = await ada.call<{ key: string; uploadId: string }>('POST', '/s3/multipart', { body: { filename: 'a.csv', type: 'text/csv' } });
    const path = `/s3/multipart/${encodeURIComponent(uploadId)}`;
    const eve = as('eve');
    const evesSession = new ApiClient(reachableUrl((await eve.startSession()).url), anonymous());
    for (const client of [eve, evesSession]) {
      await expect(client.call('GET', path, { query: { key } })).rejects.toMatchObject(refused);
      await expect(client.call('GET', `${path}/1`, { query: { key } })).rejects.toMatchObject(refused);
      await expect(client.call('GET', `${path}/batch`, { query: { key, partNumbers: '1,2' } })).rejects.toMatchObject(refused);
      await expect(client.call('POST', `${path}/complete`, { query: { key }, body: { parts: [{ PartNumber: 1, ETag: 'x' }] } })).rejects.toMatchObject(refused);
      await expect(client.call('DELETE', path, { query: { key } })).rejects.toMatchObject(refused);
    }
    for (const request of [{ method: 'GET' }, { method: 'PUT', partNumber: 1 }, { method: 'POST' }, { method: 'DELETE' }]) {
      await expect(eve.call('POST', '/s3/presign', { body: { ...request, key, uploadId } })).rejects.toMatchObject(refused);
    }

    const adasSession = new ApiClient(reachableUrl((await ada.startSession()).url), anonymous());
    expect(await adasSession.call('GET', path, { query: { key } })).toEqual([]);
    expect(await adasSession.call('DELETE', path, { query: { key } })).toEqual({});
    expect(await ada.getUpload(idOf(key))).toMatchObject({ status: 'ABORTED', owner: 'ada' });
  });

  test('needs credentials, or a session', async () => {
    const nobody = new ApiClient(url, anonymous());
    await expect(nobody.call('POST', '/s3/presign', { body: { method: 'PUT', key: 'a.csv', contentType: 'text/csv' } })).rejects.toMatchObject({ status: 401 });
    await expect(nobody.call('GET', `/u/${'x'.repeat(43)}/s3/params`, { query: { filename: 'a.csv', type: 'text/csv' } }))
      .rejects.toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
  });
});
