import { createHash, randomUUID } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ApiClient, type Upload } from '../../tools/client';
import { awsRequest } from '../support/aws-request';
import { awsClients, deployApp } from '../support/local-engine';

/** Products of this run only, on an engine with a past. */
const RUN = randomUUID().slice(0, 8);
const LAMP = { productId: `lamp-${RUN}`, productName: `Lamp ${RUN}`, price: '24.9' };
const LEAFLET = Buffer.from('A lamp that needs no bulb.\n');
const inline = (metadata: Record<string, string>, content = LEAFLET.toString('base64'), contentType = 'text/plain') => ({
  fileName: 'leaflet.txt', contentType, content, metadata,
});

let outputs: Readonly<Record<string, string>>;
let shop: ApiClient;
beforeAll(async () => {
  ({ outputs } = await deployApp('examples/product-files'));
  const { value } = await awsRequest<{ value: string }>('apigateway', { path: `/apikeys/${outputs.ApiKeyId}`, query: { includeValue: 'true' } });
  shop = new ApiClient(outputs.ApiUrl, { headers: { 'x-api-key': value } });
}, 300_000);

async function send(body: object): Promise<Upload> {
  const started = await shop.call<{ uploadId: string; status: string }>('POST', '/uploads/inline', { body });
  // Or further: the processor may have been quicker than the answer.
  expect(['UPLOADED', 'PROCESSING', 'COMPLETED']).toContain(started.status);
  return shop.waitForUpload(started.uploadId);
}

describe('a file with its product, in one request', () => {
  let upload: Upload;
  beforeAll(async () => {
    upload = await send(inline(LAMP));
  });

  test('is recorded with its digest', async () => {
    const sha256 = createHash('sha256').update(LEAFLET).digest('hex');
    expect(upload).toMatchObject({ status: 'COMPLETED', result: { productId: LAMP.productId, sha256 }, metadata: LAMP, error: null });
    expect(await shop.getRecord(`PRODUCT#${LAMP.productId}`, 'FILE#leaflet.txt')).toEqual({
      _pk: `PRODUCT#${LAMP.productId}`,
      _sk: 'FILE#leaflet.txt',
      ...LAMP,
      price: 24.9,
      fileKey: `uploads/${upload.uploadId}/leaflet.txt`,
      contentType: 'text/plain',
      size: LEAFLET.length,
      sha256,
    });
  });

  test('is in the bucket as it was sent', async () => {
    const { s3 } = awsClients();
    const Bucket = outputs.BucketName;
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket, Key: `uploads/${upload.uploadId}/leaflet.txt` }));
    expect(ContentType).toBe('text/plain');
    expect(Buffer.from(await Body!.transformToByteArray())).toEqual(LEAFLET);
  });

  test('expires after a year', async () => {
    const { Item } = await awsClients().dynamodb.send(new GetItemCommand({
      TableName: outputs.TableName, Key: { _pk: { S: `PRODUCT#${LAMP.productId}` }, _sk: { S: 'FILE#leaflet.txt' } },
    }));
    const days = (Number(Item!._ttl.N) - Date.now() / 1000) / 86_400;
    expect(days).toBeGreaterThan(364.9);
    expect(days).toBeLessThan(365.1);
  });

  test('belongs to the key that sent it', async () => {
    expect(await shop.call('GET', `/uploads/${upload.uploadId}`)).toMatchObject({ owner: outputs.ApiKeyId });
  });
});

test('products are found by their price, in the order of their names', async () => {
  const price = `${1000 + Math.floor(Math.random() * 1_000_000)}.5`;
  for (const name of ['Chair', 'Armchair', 'Bench']) {
    await send(inline({ productId: `${name}-${RUN}`, productName: name, price: `${price}0` }));
  }
  const { items } = await shop.listRecords({ index: 'by-price', key: price });
  expect(items.map(({ productName }) => productName)).toEqual(['Armchair', 'Bench', 'Chair']);
});

test('a file that is too large for a request gets a URL of its own', async () => {
  const started = await shop.startUpload({ fileName: 'lamp.pdf', contentType: 'application/pdf', size: 3_000_000, metadata: LAMP });
  expect(started).toMatchObject({ status: 'PENDING', upload: { method: 'POST' } });
});

describe('what is refused', () => {
  test.each([
    ['without a key', {}],
    ['with a key that is none', { 'x-api-key': 'a'.repeat(40) }],
  ])('a request %s', async (_case, headers) => {
    const stranger = new ApiClient(outputs.ApiUrl, { headers });
    await expect(stranger.call('POST', '/uploads/inline', { body: inline(LAMP) })).rejects.toMatchObject({ status: 403 });
    await expect(stranger.listRecords()).rejects.toMatchObject({ status: 403 });
  });

  test.each<[string, object, object]>([
    ['without a file name, by the gateway', { contentType: 'text/plain', content: '' }, { status: 400 }],
    ['with a number for a content, by the gateway', { ...inline(LAMP), content: 7 }, { status: 400 }],
    ['without a price', inline({ productId: 'p', productName: 'P' }), { status: 400, code: 'INVALID_METADATA' }],
    ['with a price below nothing', inline({ ...LAMP, price: '-1' }), { status: 400, code: 'INVALID_METADATA' }],
    ['with a price that is no number', inline({ ...LAMP, price: 'cheap' }), { status: 400, code: 'INVALID_METADATA' }],
    ['with an id that is none', inline({ ...LAMP, productId: 'a lamp' }), { status: 400, code: 'INVALID_METADATA' }],
    ['with a content that is not base64', inline(LAMP, '%%%'), { status: 400, code: 'INVALID_CONTENT' }],
    ['of another kind', inline(LAMP, undefined, 'text/csv'), { status: 415, code: 'CONTENT_TYPE_NOT_ALLOWED' }],
  ])('a file %s', async (_case, body, refusal) => {
    await expect(shop.call('POST', '/uploads/inline', { body })).rejects.toMatchObject(refusal);
  });

  test('a file over the limit', async () => {
    const body = inline(LAMP, Buffer.alloc(4 * 1024 ** 2 + 1).toString('base64'));
    await expect(shop.call('POST', '/uploads/inline', { body })).rejects.toMatchObject({ status: 413, code: 'FILE_TOO_LARGE' });
  });

  // The last one: it uses up what the key may do in a second.
  test('more requests than a key may make at once', async () => {
    // The gateway counts them, and no function has to answer them: they are not what it expects.
    const some = () => Promise.all(Array.from({ length: 90 }, async () => (await shop.send('POST', '/uploads/inline', { body: {} })).status));
    const statuses = new Set<number>();
    // A slow machine needs more of them to be faster than the key may be.
    while (statuses.size < 2) for (const status of await some()) statuses.add(status);
    expect(statuses).toEqual(new Set([400, 429]));
  });
});
