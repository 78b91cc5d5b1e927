import { gzipSync, zstdCompressSync } from 'node:zlib';
import { CfnOutput, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Delimiter, FileFormat, UploadIngestPipeline, UploadProcessor } from '../../src';
import { type ApiClient } from '../../tools/client';
import { ingest, recordsOf } from '../support/ingest';
import { deployApp } from '../support/local-engine';

let api: ApiClient;
beforeAll(async () => {
  const deployed = await deployApp((app) => {
    const stack = new Stack(app, 'Formats');
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
      processor: UploadProcessor.records({
        formats: [FileFormat.csv({ delimiter: Delimiter.DETECTED }), FileFormat.ndjson(), FileFormat.json()],
        unpacking: { maxSize: Size.mebibytes(4) },
      }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(stack, 'ApiUrl', { value: pipeline.apiUrl! });
  });
  api = deployed.api();
}, 300_000);

const ROWS = [{ id: '1', price: '1.10', note: 'grüße; 💊' }, { id: '2', price: '12345678901234567890', note: 'a "b"\nc' }];
const csv = (delimiter: string) => (
  ['id', 'price', 'note'].join(delimiter) + ROWS.map(({ id, price, note }) => `\n${[id, price, `"${note.replaceAll('"', '""')}"`].join(delimiter)}`).join('')
);
const lines = ROWS.map(({ id, price, note }) => `{"id":${id},"price":${price},"note":${JSON.stringify(note)}}`);

test.each<[string, string, string | Buffer]>([
  ['data.csv', 'text/csv', csv(';')],
  ['data.csv', 'text/csv', Buffer.from(`\ufeff${csv('\t')}`, 'utf16le')],
  ['data.csv.gz', 'application/gzip', gzipSync(csv(','))],
  ['data.jsonl', 'application/x-ndjson', lines.join('\n')],
  ['data.ndjson.zst', 'application/zstd', Buffer.concat(lines.map((line) => zstdCompressSync(`${line}\n`)))],
  ['data.json', 'application/json', `[\n${lines.join(',\n')}\n]\n`],
  ['data.json.gz', 'application/gzip', gzipSync(`[${lines.join(',')}]`)],
])('%s of type %s has its rows', async (fileName, contentType, content) => {
  const upload = await ingest(api, content, { fileName, contentType });
  expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 2, accepted: 2, rejected: 0 }, error: null });
  expect(await recordsOf(api, upload)).toEqual(ROWS);
});

test('lines that are no objects are rejected as they were', async () => {
  const upload = await ingest(api, `${lines[0]}\n5\n{"id":\n${lines[1]}`, { fileName: 'data.ndjson', contentType: 'application/x-ndjson' });
  expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 4, accepted: 2, rejected: 2 } });
  const { url } = await api.getRejects(upload.uploadId);
  expect(await (await fetch(url)).text()).toBe([
    'record,row,column,code,message', '5,2,,NOT_AN_OBJECT,"the row must be an object, got \'5\'"',
    '"{""id"":",3,,MALFORMED_JSON,the row is not JSON: it ends too early', '',
  ].join('\r\n'));
});

test.each<[string, string, string | Buffer, string]>([
  ['data.csv', 'text/csv', lines.join('\n'), 'WRONG_FORMAT'],
  ['data.json', 'application/json', csv(','), 'WRONG_FORMAT'],
  ['data.json', 'application/json', `[${lines[0]}`, 'MALFORMED_JSON'],
  ['data.csv.gz', 'application/gzip', gzipSync(csv(',')).subarray(0, 40), 'INVALID_COMPRESSION'],
  ['data.csv.gz', 'application/gzip', gzipSync(`id\n${'\n'.repeat(50_000_000)}`), 'UNPACKED_TOO_LARGE'],
  ['data.csv', 'text/csv', Buffer.from('PK\x03\x04\x14\0\x06\0[Content_Types].xml'), 'NOT_A_TEXT_FILE'],
])('%s of type %s that is none ends with a reason: %#', async (fileName, contentType, content, code) => {
  const upload = await ingest(api, content, { fileName, contentType });
  expect(upload).toMatchObject({ status: 'FAILED', error: { code } });
});
