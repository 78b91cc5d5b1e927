import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { parse } from 'csv-parse/sync';
import {
  Column, FanOut, FileFormat, HeaderMatching, IngestQueue, RaggedRows, RecordSchema, RecordsProcessorProps, RowTransform, UnknownColumns,
  UploadIngestPipeline, UploadProcessor,
} from '../../src';
import { ApiClient, type Upload } from '../../tools/client';
import { ENGINE_DIR, reachableUrl } from '../../tools/local-engine';
import { ingest, recordsOf } from '../support/ingest';
import { deployApp } from '../support/local-engine';

/** Both do the same with a row, as far as their languages do. */
const MODULE = `
  import { createHash } from 'node:crypto';
  export default async ({ name, price }, { row, fileName, metadata }) => {
    if (name === 'skip') return null;
    if (name === 'broken') throw new Error('nobody makes it');
    return { name: name.toUpperCase(), price: price.replace(',', '.'), line: row, source: fileName + ' ' + metadata.lab, id: createHash('sha256').update(name).digest('hex').slice(0, 8) };
  };
`;
const FUNCTION = `
import base64, hashlib, json

def transformed(record, upload):
    row = json.loads(base64.b64decode(record['data']))
    answer = {'recordId': record['recordId']}
    if row['name'] == 'crash':
        raise ValueError('no such thing')
    if row['name'] == 'skip':
        return {**answer, 'result': 'Dropped'}
    if row['name'] == 'broken':
        return {**answer, 'result': 'ProcessingFailed', 'data': record['data']}
    made = {'name': row['name'].upper(), 'price': row['price'].replace(',', '.'), 'line': int(record['recordId']),
            'source': upload['fileName'] + ' ' + upload['metadata']['lab'], 'id': hashlib.sha256(row['name'].encode()).hexdigest()[:8]}
    return {**answer, 'result': 'Ok', 'data': base64.b64encode(json.dumps(made).encode()).decode()}

def handler(event, context):
    assert len(event['records']) <= 3 and event['deliveryStreamArn'].startswith('arn:aws:s3:::')
    return {'records': [transformed(record, event['upload']) for record in reversed(event['records'])]}
`;

const SCHEMA = RecordSchema.of([Column.string('name', { required: true }), Column.decimal('price', { aliases: ['Preis'] }), Column.integer('line')], {
  unknownColumns: UnknownColumns.KEEP, headerMatching: HeaderMatching.LOOSE,
});
const FORMATS = [FileFormat.csv({ raggedRows: RaggedRows.FILL })];
const NAMES = ['Ibuprofen', 'Äscin', 'skip', 'broken', 'no price', ...Array.from({ length: 7 }, (_, nth) => `drug ${nth}`)];
const FILE = `name,price\n${NAMES.map((name) => `"${name}","${name === 'no price' ? 'free' : '1,50'}"\n`).join('')}`;
const COUNTS = { total: 12, accepted: 9, rejected: 2, dropped: 1 };
const ABOUT = { fileName: 'drugs.csv', metadata: { lab: 'B7' } };

const KINDS = ['module', 'function', 'module, fanned out', 'function, fanned out'] as const;
let apis: Readonly<Record<typeof KINDS[number], ApiClient>>;
beforeAll(async () => {
  const folder = join(ENGINE_DIR, 'transforms');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'drugs.mjs'), MODULE);
  const { outputs } = await deployApp((app) => {
    const stack = new Stack(app, 'Transform');
    const fn = new lambda.Function(stack, 'Python', {
      runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline(FUNCTION), timeout: Duration.seconds(30),
    });
    const transforms = {
      Module: RowTransform.module(join(folder, 'drugs.mjs')),
      Function: RowTransform.function(fn, { batchSize: 3, concurrency: 2 }),
    };
    const processors: Record<string, RecordsProcessorProps> = {
      Module: { transform: transforms.Module },
      Function: { transform: transforms.Function },
      FannedOutModule: { transform: transforms.Module, fanOut: FanOut.always() },
      FannedOutFunction: { transform: transforms.Function, fanOut: FanOut.always() },
    };
    for (const [id, props] of Object.entries(processors)) {
      const pipeline = new UploadIngestPipeline(stack, id, {
        processor: UploadProcessor.records({ schema: SCHEMA, formats: FORMATS, ...props }),
        queue: IngestQueue.standard({ maxReceiveCount: 1 }),
        removalPolicy: RemovalPolicy.DESTROY,
      });
      new CfnOutput(stack, `${id}Url`, { value: pipeline.apiUrl! });
    }
  });
  const api = (url: string) => new ApiClient(reachableUrl(url));
  apis = {
    'module': api(outputs.ModuleUrl),
    'function': api(outputs.FunctionUrl),
    'module, fanned out': api(outputs.FannedOutModuleUrl),
    'function, fanned out': api(outputs.FannedOutFunctionUrl),
  };
}, 300_000);

/** The rejected rows, with line, code and message last. */
async function rejectsOf(api: ApiClient, { uploadId }: Upload): Promise<string[][]> {
  const { url } = await api.getRejects(uploadId);
  return parse(await (await fetch(url)).text()) as string[][];
}

describe.each(KINDS)('a %s', (kind) => {
  const failure = kind.startsWith('module') ? 'the transform failed: nobody makes it' : 'the transform says that it failed with the row';
  let upload: Upload;
  beforeAll(async () => { upload = await ingest(apis[kind], FILE, ABOUT); });

  test('makes rows of rows, and every one of them is counted', async () => {
    expect(upload).toMatchObject({ status: 'COMPLETED', error: null, counts: COUNTS });
    const records = await recordsOf(apis[kind], upload);
    const left = NAMES.map((name, nth) => [nth + 1, name] as const).filter(([, name]) => !['skip', 'broken', 'no price'].includes(name));
    expect(records.map(({ line, name, price, source }) => [line, name, price, source]).sort((a, b) => Number(a[0]) - Number(b[0])))
      .toEqual(left.map(([line, name]) => [line, name.toUpperCase(), 1.5, 'drugs.csv B7']));
    expect(records.find(({ name }) => name === 'IBUPROFEN')).toMatchObject({ id: '385b3a48' });
  });

  test('leaves the rows that it fails with as they were', async () => {
    const [header, ...rows] = await rejectsOf(apis[kind], upload);
    expect(header).toEqual(['name', 'price', 'row', 'column', 'code', 'message']);
    expect(rows).toEqual([
      ['broken', '1,50', '4', '', 'TRANSFORM_FAILED', failure],
      ['no price', 'free', '5', 'price', 'NOT_A_DECIMAL', expect.stringContaining("'price' must be")],
    ]);
  });

  test('is called for an upload that is only checked, of which nothing is written', async () => {
    const checked = await ingest(apis[kind], FILE, { ...ABOUT, dryRun: true });
    expect(checked).toMatchObject({ status: 'COMPLETED', dryRun: true, counts: COUNTS });
    expect(await rejectsOf(apis[kind], checked)).toHaveLength(3);
    expect(await recordsOf(apis[kind], checked)).toEqual([]);
    expect((await apis[kind].listUploads({ limit: 2 })).items.map(({ uploadId, dryRun }) => [uploadId, dryRun])).toEqual([
      [checked.uploadId, true], [upload.uploadId, false],
    ]);
  });

  test('gets rows as the header and the format say', async () => {
    const made = await ingest(apis[kind], 'NAME,PREIS\nbasil,"2,50"\nshort\n', ABOUT);
    expect(made).toMatchObject({ status: 'COMPLETED', counts: { total: 2, accepted: 2, rejected: 0 } });
    const records = await recordsOf(apis[kind], made);
    expect(records.map(({ name, price = null }) => [name, price]).sort()).toEqual([['BASIL', 2.5], ['SHORT', null]]);
  });
});

test('a function that throws fails the upload when it does so again and again', async () => {
  const failed = await ingest(apis.function, 'name,price\na,1\ncrash,1\n', ABOUT);
  expect(failed).toMatchObject({
    status: 'FAILED', error: { code: 'TRANSFORM_UNAVAILABLE', message: expect.stringMatching(/^the function that transforms rows failed with [\w.]+; the log of '[\w-]+' says why;/) as string },
  });
});

test('a small file in the request itself may be only checked, too', async () => {
  const small = { fileName: 'a.csv', contentType: 'text/csv', dryRun: true };
  const started = await apis.module.uploadInline({ ...small, content: Buffer.from('name,price\na,1\n') });
  const inJson = await apis.module.uploadInline({ ...small, content: Buffer.from('name,price\na,1\n').toString('base64'), metadata: { lab: 'x' } });
  for (const { uploadId } of [started, inJson]) {
    const checked = await apis.module.waitForUpload(uploadId);
    expect(checked).toMatchObject({ status: 'COMPLETED', dryRun: true, counts: { total: 1, accepted: 1, rejected: 0 } });
    expect(await recordsOf(apis.module, checked)).toEqual([]);
  }
});
