import { CfnOutput, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Column, RecordIndex, RecordKeys, RecordSchema, UploadApi, UploadAuth, UploadIngestPipeline, UploadProcessor } from '../../src';
import { ROUTES } from '../../src/private/api/routes';
import { ApiClient } from '../../tools/client';
import { fuzz } from '../../tools/openapi';
import { ingest } from '../support/ingest';
import { deployApp } from '../support/local-engine';

/** Any number does; with this one the same requests are made every time. */
const SEED = 20_261_121;

const CSV = ['name,city,age', ...Array.from({ length: 30 }, (_, row) => `Person ${row},City ${row % 3},${row}`), 'Nobody,Nowhere,old'].join('\n');

/** Uploads in several states and records, so that lists have rows and ids lead somewhere. */
async function fill(api: ApiClient) {
  const completed = await ingest(api, CSV);
  const failed = await ingest(api, 'name\nx\n');
  // Several, since what is fuzzed aborts some.
  const pending = await Promise.all(Array.from({ length: 3 }, () => api.startUpload({ fileName: 'a.csv', contentType: 'text/csv' })));
  const inParts = await Promise.all(Array.from({ length: 5 }, () => (
    api.startUpload({ fileName: 'a.csv', contentType: 'text/csv', size: 12_000_000, multipart: true })
  )));
  const { key, uploadId: multipartId } = await api.call<{ key: string; uploadId: string }>('POST', '/s3/multipart', {
    body: { filename: 'a.csv', type: 'text/csv' },
  });
  const { url } = await api.call<{ url: string }>('POST', '/uploads/sessions', { body: {} });
  return {
    'path.uploadId': [completed, failed, ...pending, ...inParts].map(({ uploadId }) => uploadId),
    'path.multipartId': [multipartId],
    'path.token': [url.split('/').at(-1)!],
    'path.pk': ['Person 1', 'Person 2'],
    'path.sk': ['City 1', 'City 2'],
    'query.key': [key, 'City 1'],
    'query.index': ['by-city'],
    // Most other types are refused before anything else is looked at.
    'body.contentType': ['text/csv'],
    'body.files[*].contentType': ['text/csv'],
    'body.type': ['text/csv'],
    'query.type': ['text/csv'],
    'body.content': [Buffer.from(CSV).toString('base64')],
  };
}

// At the same time: the fuzzer sends one request after the other.
test.concurrent.each<[string, UploadApi, { maxExamples: number; requests: number }]>([
  ['HTTP', UploadApi.http({ auth: UploadAuth.none() }), { maxExamples: 35, requests: 2000 }],
  ['REST', UploadApi.rest({ auth: UploadAuth.none() }), { maxExamples: 10, requests: 1000 }],
])('every answer of the %s API to requests of all kinds, valid and not, is one that its document promises', async (kind, uploadApi, { maxExamples, requests }) => {
  const deployed = await deployApp((app) => {
    const stack = new Stack(app, `Fuzz${kind}`);
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
      api: uploadApi,
      maxFileSize: Size.mebibytes(16),
      processor: UploadProcessor.records({
        schema: RecordSchema.of([Column.string('name'), Column.string('city'), Column.integer('age')]),
        keys: RecordKeys.of({ partitionKey: '{name}', sortKey: '{city}' }),
        indexes: [RecordIndex.of({ indexName: 'by-city', partitionKey: 'city', sortKey: 'age' })],
      }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(stack, 'ApiUrl', { value: pipeline.apiUrl! });
  });
  const api = deployed.api();
  const report = await fuzz({ name: kind, url: api.baseUrl, seed: SEED, maxExamples, known: await fill(api) });

  if (report.failures.length + report.errors.length > 0) throw new Error(report.log);
  // All but the one that shows the document, which the fuzzer has read already.
  expect(report.operations.tested).toBe(ROUTES.length - 1);
  expect(report.requests).toBeGreaterThanOrEqual(requests);
}, 600_000);
