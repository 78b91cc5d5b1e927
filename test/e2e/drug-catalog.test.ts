import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ApiClient, type ApiRecord, type Upload } from '../../tools/client';
import { PROJECT_ROOT } from '../../tools/local-engine';
import { allPages, ingest, ingestFile, parseWithPython, withFile } from '../support/ingest';
import { awsClients, deployApp } from '../support/local-engine';

const DRUGS = join(PROJECT_ROOT, 'examples', 'drug-catalog', 'drugs.csv');

let api: ApiClient;
let bucket: string;
let upload: Upload;
beforeAll(async () => {
  const deployed = await deployApp('examples/drug-catalog');
  api = deployed.api();
  bucket = deployed.outputs.BucketName;
  upload = await ingestFile(api, DRUGS, { fileName: 'drugs.csv', metadata: { source: 'laboratory' } });
}, 300_000);

const own = (records: readonly ApiRecord[]) => records.filter(({ _sk }) => _sk === `METADATA#${upload.history[1].at}`);

test('the upload is completed with exact counts, and its life is on record', () => {
  expect(upload).toMatchObject({
    status: 'COMPLETED',
    counts: { total: 3376, accepted: 3370, rejected: 6 },
    error: null,
    metadata: { source: 'laboratory' },
    files: [{ name: 'file', fileName: 'drugs.csv', key: `uploads/${upload.uploadId}/drugs.csv`, size: 102_676 }],
    progress: { bytes: 102_676, totalBytes: 102_676 },
  });
  expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
});

test.each([7, 100, 1000])('pages of %d, put together, are the file: no gap, no duplicate', async (limit) => {
  const rows = await parseWithPython(DRUGS);
  const good = rows.filter(({ drug_name: name }, index) => rows.findIndex((row) => row.drug_name === name) === index)
    .filter(({ drug_name: name, target, efficacy }) => name && target && Number(efficacy) >= 0 && Number(efficacy) <= 100);
  // A page of seven would be five hundred requests for the whole list; the first hundred records show the same.
  const expected = limit === 7 ? good.slice(0, 98) : good;

  const records: ApiRecord[] = [];
  for (let nextToken: string | undefined; records.length < expected.length;) {
    const page = await api.listRecords({ limit, nextToken });
    records.push(...own(page.items));
    nextToken = page.nextToken ?? undefined;
    if (!nextToken) break;
  }
  const seen = records.slice(0, expected.length).map(({ drug_name, target, efficacy }) => ({ drug_name, target, efficacy }));
  expect(seen).toEqual(expected.map((row) => ({ ...row, efficacy: Number(row.efficacy) })));
});

test('rejected rows come back in their original shape, with the reason', async () => {
  const { s3 } = awsClients();
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `rejects/${upload.uploadId}/drugs.csv` }));
  expect((await Body!.transformToString()).split('\r\n')).toEqual([
    'drug_name,target,efficacy,row,column,code,message',
    "Ibrutinex,BTK,high,413,efficacy,NOT_A_DECIMAL,\"'efficacy' must be a decimal number such as 12.5, got 'high'\"",
    ",PD-1,71.3,872,drug_name,REQUIRED,'drug_name' must not be empty",
    "Maciparib,PARP1,140.5,1503,efficacy,TOO_LARGE,\"'efficacy' must be at most 100, got '140.5'\"",
    'Verosartan,AT1 receptor,,1991,,WRONG_FIELD_COUNT,"the row must have 3 fields like the header, got 2"',
    "Sunitolumab,,55.0,2478,target,REQUIRED,'target' must not be empty",
    'Semaraprazole,EGFR,44.4,3121,,DUPLICATE_KEY,the row has the same key as an earlier row of the file',
    '',
  ]);
});

test('one record is found by its keys, whatever is in them', async () => {
  const name = 'α-Lipoic acid 50% +ß #1 (R) %2F';
  const { history, status } = await ingest(api, `drug_name,target,efficacy\n${name},SLC5A6,12.50\n`);
  expect(status).toBe('COMPLETED');
  const key = `DRUG#${name}`;
  const record = { _pk: key, _sk: `METADATA#${history[1].at}`, drug_name: name, target: 'SLC5A6', efficacy: 12.5 };
  expect((await api.getRecords(key)).items).toContainEqual(record);
  expect(await api.getRecord(key, record._sk)).toEqual(record);
  await expect(api.getRecord(key, 'METADATA#nothing')).rejects.toMatchObject({ status: 404, code: 'RECORD_NOT_FOUND' });
});

test('a key with a slash is asked for in the query, since gateways decode %2F before they route', async () => {
  await ingest(api, 'drug_name,target,efficacy\nAmoxicillin/clavulanate,PBP,80\n');
  const pk = 'DRUG#Amoxicillin/clavulanate';
  const { items: [record] } = await api.listRecords({ pk });
  expect(record).toMatchObject({ _pk: pk, target: 'PBP' });
  expect(await api.call('GET', '/records', { query: { pk, sk: record._sk as string } })).toEqual(record);
});

test('uploads are listed newest first, by status if asked', async () => {
  const failed = await ingest(api, 'name\nAspirin\n');
  expect(failed).toMatchObject({ status: 'FAILED', error: { code: 'MISSING_COLUMN' } });
  const all = await allPages((query) => api.listUploads(query), { limit: 2 });
  expect(all.map(({ createdAt }) => createdAt)).toEqual(all.map(({ createdAt }) => createdAt).sort().reverse());
  expect(all.map(({ uploadId }) => uploadId)).toEqual(expect.arrayContaining([failed.uploadId, upload.uploadId]));
  const onlyFailed = await allPages((query) => api.listUploads(query), { limit: 3, status: 'FAILED' });
  expect(onlyFailed.every(({ status }) => status === 'FAILED')).toBe(true);
  expect(onlyFailed.map(({ uploadId }) => uploadId)).toContain(failed.uploadId);
});

test('the limits of the example hold: 10 MB by the API and by S3, 10,000 rows by the processor', async () => {
  const tooLarge = 10 * 1024 * 1024 + 1;
  await expect(api.startUpload({ fileName: 'a.csv', contentType: 'text/csv', size: tooLarge }))
    .rejects.toMatchObject({ status: 413, code: 'FILE_TOO_LARGE' });
  const { upload: target } = await api.startUpload({ fileName: 'a.csv', contentType: 'text/csv' });
  await withFile(Buffer.alloc(tooLarge, 'a'), async (path) => {
    await expect(api.sendFile(target!, path)).rejects.toMatchObject({ code: 'EntityTooLarge' });
  });

  const rows = Array.from({ length: 10_001 }, (_, row) => `Drug ${row},Target,1\n`).join('');
  const before = (await api.listRecords({ limit: 1 })).items;
  const long = await ingest(api, `drug_name,target,efficacy\n${rows}`);
  expect(long).toMatchObject({ status: 'FAILED', error: { code: 'TOO_MANY_ROWS' } });
  expect((await api.listRecords({ limit: 1 })).items).toEqual(before);
});

test('what the API does not know is a problem document', async () => {
  await expect(api.call('GET', '/nothing/here')).rejects.toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  await expect(api.call('DELETE', '/records')).rejects.toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
});

test('an upload says whose it is', async () => {
  expect(await api.call('GET', `/uploads/${upload.uploadId}`)).toMatchObject({ owner: expect.stringMatching(/^arn:aws:/) });
});

test('health is public, and says no more than it must', async () => {
  expect(await (await fetch(`${api.baseUrl}/health`)).json()).toEqual({ status: 'ok' });
});

test('the example file is what its description says', async () => {
  expect((await readFile(DRUGS, 'utf8')).split('\n')[0]).toBe('drug_name,target,efficacy');
});
