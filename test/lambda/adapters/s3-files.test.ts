import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { openFile } from '../../../lambda-src/adapters/s3-file';
import { S3RejectFile } from '../../../lambda-src/adapters/s3-reject-file';
import { OpenFile } from '../../../lambda-src/application/ingest-files';
import { rejectRow } from '../../../lambda-src/domain/reject';
import { rejectsKey } from '../../../lambda-src/domain/rejects-key';
import { ensureEngine } from '../../../tools/local-engine';
import { EngineResources } from '../../support/engine-resources';
import { awsClients } from '../../support/local-engine';

const KEY = 'uploads/00000000-0000-4000-8000-000000000001/Müsli + 100%.csv';
const HEADER = ['name', 'note'];

let resources: EngineResources;
let client: S3Client;
let bucket: string;
beforeAll(async () => {
  await ensureEngine();
  const clients = awsClients();
  client = clients.s3;
  resources = new EngineResources(clients);
}, 120_000);
beforeEach(async () => { bucket = await resources.bucket(); });
afterAll(async () => resources.remove());

const put = (Body: string, ContentType = 'text/csv') => client.send(new PutObjectCommand({ Bucket: bucket, Key: KEY, Body, ContentType }));
const rowsOf = async (file: OpenFile, onBytes?: (bytes: number) => void) => {
  const rows: (readonly string[])[] = [];
  for await (const row of file.rows(onBytes)) rows.push(row);
  return rows;
};

describe('an uploaded file', () => {
  test('has its size, its content type and its rows', async () => {
    await put('a,b\n1,ü\n', 'text/csv; charset=utf-8');
    const file = await openFile(client, bucket, KEY);
    let bytes = 0;
    expect(file).toMatchObject({ size: 9, contentType: 'text/csv; charset=utf-8' });
    expect(await rowsOf(file, (more) => { bytes += more; })).toEqual([['a', 'b'], ['1', 'ü']]);
    expect(bytes).toBe(9);
    file.close();
  });

  test('can be read again from its start', async () => {
    await put('a\n1\n');
    const file = await openFile(client, bucket, KEY);
    expect(await rowsOf(file)).toHaveLength(2);
    const again = await file.again();
    expect(await rowsOf(again)).toEqual([['a'], ['1']]);
    again.close();
  });

  test('that was replaced is not read on as if it were the same', async () => {
    await put('a\n1\n');
    const file = await openFile(client, bucket, KEY);
    await put('a\n2\n');
    await expect(file.again()).rejects.toMatchObject({ code: 'FILE_REPLACED', message: 'the file was replaced before it was processed; start a new upload for the new one' });
    file.close();
  });

  test('that is gone fails the upload, the first time and between two readings', async () => {
    const gone = { name: 'UploadFailure', code: 'FILE_NOT_FOUND', message: 'the file was deleted before it was processed' };
    await expect(openFile(client, bucket, KEY)).rejects.toMatchObject(gone);
    await put('a\n1\n');
    const file = await openFile(client, bucket, KEY);
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: KEY }));
    await expect(file.again()).rejects.toMatchObject(gone);
    file.close();
  });

  test('in a bucket that is gone is an error of ours', async () => {
    await expect(openFile(client, `${bucket}-not`, KEY)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  test('that is closed unread, or while it is read, troubles nobody', async () => {
    await put(`a\n${'1\n'.repeat(1_000_000)}`);
    (await openFile(client, bucket, KEY)).close();
    const file = await openFile(client, bucket, KEY);
    const rows = file.rows()[Symbol.asyncIterator]();
    await rows.next();
    file.close();
    await rows.return?.();
  });
});

describe('the rejects file', () => {
  const sink = () => new S3RejectFile(client, bucket, KEY);
  const reject = (row: number, ...fields: string[]) => rejectRow(row, fields, 'WRONG_FIELD_COUNT', 'why');
  const objects = async () => (await client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? [];
  const unfinished = async () => (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];
  const stored = async () => {
    const { Body, ContentType } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: rejectsKey(KEY) }));
    return { text: await Body!.transformToString(), ContentType };
  };

  test('lies beside the uploads under the same name', () => {
    expect(rejectsKey(KEY)).toBe('rejects/00000000-0000-4000-8000-000000000001/Müsli + 100%.csv');
  });

  test('is CSV by RFC 4180 that reads back as it was, whatever is in the fields', async () => {
    const rows = [['plain', 'x'], ['line\nend', 'carriage\rreturn'], ['both\r\n', '"quoted", twice'], ['', ' blanks '], ['ü', '💊'], ['=1+1', "'"]];
    const rejects = sink();
    for (const [at, fields] of rows.entries()) await rejects.add(HEADER, reject(at + 1, ...fields));
    await rejects.close();
    const { text, ContentType } = await stored();
    expect(ContentType).toBe('text/csv; charset=utf-8');
    expect(text.split('\r\n')[0]).toBe('name,note,row,column,code,message');
    expect(text.split('\r\n')[1]).toBe('plain,x,1,,WRONG_FIELD_COUNT,why');
    expect(parse(text)).toEqual([
      [...HEADER, 'row', 'column', 'code', 'message'],
      ...rows.map((fields, at) => [...fields, String(at + 1), '', 'WRONG_FIELD_COUNT', 'why']),
    ]);
  });

  test('of a file without rejects is none', async () => {
    const rejects = sink();
    await rejects.close();
    await rejects.discard();
    expect(await objects()).toEqual([]);
  });

  test('replaces the one of an earlier attempt', async () => {
    for (const note of ['first', 'second']) {
      const rejects = sink();
      await rejects.add(HEADER, reject(1, 'a', note));
      await rejects.close();
    }
    expect((await stored()).text).toBe('name,note,row,column,code,message\r\na,second,1,,WRONG_FIELD_COUNT,why\r\n');
  });

  test('of many megabytes is sent in parts, and its writer waits for them', async () => {
    const rejects = sink();
    const note = randomBytes(50_000).toString('hex');
    let waited = 0;
    for (let row = 1; row <= 130; row++) {
      const full = rejects.add(HEADER, reject(row, `row ${row}`, note));
      if (full) waited++;
      await full;
    }
    await rejects.close();
    const lines = parse((await stored()).text) as string[][];
    expect(lines).toHaveLength(131);
    expect(lines.at(-1)!.slice(0, 3)).toEqual(['row 130', note, '130']);
    expect(waited).toBeGreaterThan(0);
    expect(await unfinished()).toEqual([]);
  }, 30_000);

  test.each([['small', 1], ['of many megabytes', 130]])('that is %s and discarded leaves nothing', async (_, rows) => {
    const rejects = sink();
    const note = randomBytes(50_000).toString('hex');
    for (let row = 1; row <= rows; row++) await rejects.add(HEADER, reject(row, 'a', note));
    await rejects.discard();
    expect(await objects()).toEqual([]);
    expect(await unfinished()).toEqual([]);
    await rejects.discard();
  }, 30_000);

  test('that cannot be stored says so: at the next row, or at the end', async () => {
    const note = randomBytes(50_000).toString('hex');
    const lost = new S3RejectFile(client, `${bucket}-not`, KEY);
    const writing = async () => {
      for (let row = 1; row <= 300; row++) await lost.add(HEADER, reject(row, 'a', note));
    };
    await expect(writing()).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(lost.close()).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await lost.discard();

    const small = new S3RejectFile(client, `${bucket}-not`, KEY);
    await small.add(HEADER, reject(1, 'a', 'b'));
    await expect(small.close()).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await small.discard();
  }, 30_000);
});
