import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CfnOutput, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { parse } from 'csv-parse/sync';
import { Column, DuplicateKeys, FanOut, RecordKeys, RecordSchema, RejectPolicy, RowTransform, UploadIngestPipeline, UploadProcessor } from '../../src';
import { ApiClient, type Upload } from '../../tools/client';
import { ENGINE_DIR, reachableUrl } from '../../tools/local-engine';
import { awsJson } from '../support/aws-request';
import { ingest, recordsOf } from '../support/ingest';
import { awsClients, deployApp } from '../support/local-engine';

const MIB = 1024 * 1024;
const ROWS = 420;
/** Row at which the process of a function ends, if there is something to end it. */
const FATAL_ROW = 250;

const folder = join(ENGINE_DIR, 'fan-out');
const [gate, trap] = [join(folder, 'gate'), join(folder, 'trap')];
/** Rows stay as they are, but none passes while the gate is there, and whoever steps on the trap is gone. */
const TRANSFORM = `
  import { existsSync, rmSync } from 'node:fs';
  import { setTimeout as delay } from 'node:timers/promises';
  export default async (row) => {
    while (existsSync(${JSON.stringify(gate)})) await delay(20);
    if (row.n === '${FATAL_ROW}' && existsSync(${JSON.stringify(trap)})) {
      rmSync(${JSON.stringify(trap)});
      process.kill(process.pid, 'SIGKILL');
    }
    return row;
  };
`;

const SCHEMA = RecordSchema.of([Column.integer('n', { required: true }), Column.string('note')]);

let plain: ApiClient;
let strict: ApiClient;
let guarded: ApiClient;
let bucket: string;
const clients: ReturnType<typeof awsClients>[] = [];

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'guard.mjs'), TRANSFORM);
  clear();
  const { outputs } = await deployApp((app) => {
    const stack = new Stack(app, 'FanOut');
    const add = (id: string, processor: UploadProcessor) => {
      const pipeline = new UploadIngestPipeline(stack, id, { processor, removalPolicy: RemovalPolicy.DESTROY });
      new CfnOutput(stack, `${id}Url`, { value: pipeline.apiUrl! });
      new CfnOutput(stack, `${id}Bucket`, { value: pipeline.bucket.bucketName });
    };
    add('Plain', UploadProcessor.records({ schema: SCHEMA, fanOut: FanOut.always({ rangeSize: Size.mebibytes(1), concurrency: 4 }) }));
    add('Strict', UploadProcessor.records({
      schema: SCHEMA, rejects: RejectPolicy.atMost(4), fanOut: FanOut.always({ rangeSize: Size.mebibytes(1), concurrency: 1 }),
    }));
    add('Guarded', UploadProcessor.records({
      schema: SCHEMA,
      keys: RecordKeys.of({ partitionKey: '{uploadId}#{n}' }),
      duplicateKeys: DuplicateKeys.UNCHECKED,
      transform: RowTransform.module(join(folder, 'guard.mjs')),
      timeout: Duration.seconds(8),
      fanOut: FanOut.above(Size.mebibytes(2), { rangeSize: Size.mebibytes(1), concurrency: 1 }),
    }));
  });
  plain = new ApiClient(reachableUrl(outputs.PlainUrl));
  strict = new ApiClient(reachableUrl(outputs.StrictUrl));
  guarded = new ApiClient(reachableUrl(outputs.GuardedUrl));
  bucket = outputs.GuardedBucket;
  clients.push(awsClients());
}, 300_000);
afterEach(clear);
afterAll(() => clients.flatMap((all) => Object.values(all)).forEach((client) => client.destroy()));

function clear(): void {
  [gate, trap].forEach((path) => rmSync(path, { force: true }));
}

interface Row {
  readonly n: number | string;
  readonly note: string;
}

/** Rows of some kilobytes with line ends inside of quotes everywhere, so that every border of a range is inside of a field. */
function rowOf(n: number): Row {
  const line = `line of row ${n}, with a "quote", a €, 😀 and ${'x'.repeat(n % 60)}`;
  return { n, note: Array.from({ length: 90 + (n % 7) }, (_, nth) => `${nth} ${line}`).join(['\n', '\r\n', '\r'][n % 3]) };
}

const ALL = Array.from({ length: ROWS }, (_, nth) => rowOf(nth + 1));

function csv(rows: readonly Row[]): string {
  const lines = rows.map(({ n, note }, nth) => `${n},"${note.replaceAll('"', '""')}"${['\n', '\r\n', '\n\r\n'][nth % 3]}`);
  return `n,note\r\n${lines.join('')}`;
}

/** Where ranges of a file meet, if it is cut into such of about a mebibyte. */
function borders(file: Buffer): number[] {
  const count = Math.ceil(file.length / MIB);
  return Array.from({ length: count - 1 }, (_, nth) => Math.floor((nth + 1) * (file.length / count)));
}

/** The machine of the plain pipeline, or of the guarded one, and its executions. */
async function machineOf(id: 'Plain' | 'Guarded'): Promise<string> {
  const { StackResources = [] } = await clients[0].cloudformation.send(new DescribeStackResourcesCommand({ StackName: 'FanOut' }));
  const machine = StackResources.find(({ ResourceType, LogicalResourceId }) => ResourceType === 'AWS::StepFunctions::StateMachine' && LogicalResourceId!.startsWith(id));
  return machine!.PhysicalResourceId!;
}

interface Execution {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
}

/** The executions of an upload, the newest first. */
async function executionsOf(id: 'Plain' | 'Guarded', { uploadId }: Pick<Upload, 'uploadId'>): Promise<Execution[]> {
  const { executions } = await awsJson<{ executions: Execution[] }>('states', 'AWSStepFunctions.ListExecutions', { stateMachineArn: await machineOf(id) });
  return executions.filter(({ name }) => name.startsWith(uploadId));
}

async function startUpload(api: ApiClient, file: Buffer): Promise<Upload> {
  const started = await api.startUpload({ fileName: 'rows.csv', contentType: 'text/csv' });
  await api.sendFiles(started, await writeTemporary(file));
  return api.getUpload(started.uploadId);
}

async function writeTemporary(file: Buffer): Promise<string> {
  const path = join(folder, 'rows.csv');
  writeFileSync(path, file);
  return path;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(50);
  }
}

describe('a file that is cut inside of its quoted fields', () => {
  test('becomes the records of its rows, each once and with its number, and its rejects in their order', async () => {
    const isBad = (n: number) => n % 50 === 7;
    const rows = ALL.map((row) => (isBad(Number(row.n)) ? { ...row, n: `no ${row.n}` } : row));
    const file = Buffer.from(csv(rows));
    const reference = parse(file, { columns: true, record_delimiter: ['\r\n', '\n', '\r'], skip_empty_lines: true }) as { n: string; note: string }[];
    expect(reference).toHaveLength(ROWS);
    for (const at of borders(file)) {
      // A field is open here: an odd number of quotes is before it, and there are line ends on both sides.
      expect(file.subarray(0, at).toString('latin1').split('"').length % 2).toBe(0);
    }
    expect(borders(file).length).toBeGreaterThanOrEqual(2);

    const upload = await ingest(plain, file);
    expect(upload).toMatchObject({ status: 'COMPLETED', error: null, counts: { total: ROWS, accepted: ROWS - 9, rejected: 9 } });
    expect(upload.progress).toMatchObject({ bytes: file.length, totalBytes: file.length });
    expect(await executionsOf('Plain', upload)).toEqual([expect.objectContaining({ status: 'SUCCEEDED' })]);

    const stored = (await plain.listRecords({ limit: 1 })).items[0];
    expect(stored._pk).toMatch(new RegExp(`^${upload.uploadId}#\\d+$`));
    expect(await recordsOf(plain, upload)).toEqual(reference.filter(({ n }) => !n.startsWith('no')).map(({ n, note }) => ({ n: Number(n), note })));
    const last = await plain.getRecord(`${upload.uploadId}#${ROWS}`, 'RECORD');
    expect(last.n).toBe(ROWS);

    const { url } = await plain.getRejects(upload.uploadId);
    const [, ...rejects] = parse(await (await fetch(url)).text()) as string[][];
    const bad = reference.map(({ n, note }, nth) => ({ n, note, row: nth + 1 })).filter(({ n }) => n.startsWith('no'));
    expect(rejects.map(([n, note, row, column, code]) => ({ n, note, row, column, code })))
      .toEqual(bad.map(({ n, note, row }) => ({ n, note, row: String(row), column: 'n', code: 'NOT_AN_INTEGER' })));
  }, 300_000);

  test('is only checked in a dry run', async () => {
    const upload = await ingest(plain, csv(ALL), { dryRun: true });
    expect(upload).toMatchObject({ status: 'COMPLETED', dryRun: true, counts: { total: ROWS, accepted: ROWS, rejected: 0 } });
    expect(await recordsOf(plain, upload)).toEqual([]);
  }, 300_000);

  test('fails with the code that it deserves, if one of its rows is no CSV', async () => {
    const [before, after] = [csv(ALL.slice(0, 300)), csv(ALL.slice(300)).slice('n,note\r\n'.length)];
    const stray = await ingest(plain, `${before}301,a 5" disk\n${after}`);
    expect(stray).toMatchObject({ status: 'FAILED', error: { code: 'MALFORMED_CSV', message: expect.stringContaining('its quotes doubled') as string } });
    // Before anything was written, since nobody knows what is quoted behind it.
    expect(await recordsOf(plain, stray)).toEqual([]);
    expect(await executionsOf('Plain', stray)).toEqual([expect.objectContaining({ status: 'FAILED' })]);

    const open = await ingest(plain, `${before}301,"a\n${'302,b\n'.repeat(9)}`);
    expect(open).toMatchObject({ status: 'FAILED', error: { code: 'UNTERMINATED_QUOTE', message: expect.stringContaining(`byte ${Buffer.byteLength(before) + 4}`) as string } });
    expect(await recordsOf(plain, open)).toEqual([]);

    const closed = await ingest(plain, `${before}301,"a" disk\n${after}`);
    expect(closed).toMatchObject({ status: 'FAILED', error: { code: 'MALFORMED_CSV', message: expect.stringContaining('a closing quote must be followed') as string } });
  }, 300_000);
});

test('rejects of all ranges together end an upload before its end, and as many as are tolerated do not', async () => {
  // Some three in each of four ranges, of which none has too many alone; and four in all.
  const withBad = (isBad: (n: number) => boolean) => csv(ALL.map((row) => (isBad(Number(row.n)) ? { ...row, n: `no ${row.n}` } : row)));
  const bad = await ingest(strict, withBad((n) => n % 40 === 7));
  expect(bad).toMatchObject({ status: 'FAILED', error: { code: 'TOO_MANY_REJECTS', message: expect.stringMatching(/^\d of \d+ rows .* more than the 4 /) as string } });
  const { total, accepted, rejected } = bad.counts!;
  expect(rejected).toBeGreaterThan(4);
  expect(total).toBeLessThan(ROWS);
  expect(await recordsOf(strict, bad)).toHaveLength(accepted);
  const { url } = await strict.getRejects(bad.uploadId);
  expect(parse(await (await fetch(url)).text())).toHaveLength(1 + rejected);

  const good = await ingest(strict, withBad((n) => n % 100 === 7 && n < 400));
  expect(good).toMatchObject({ status: 'COMPLETED', counts: { total: ROWS, accepted: ROWS - 4, rejected: 4 } });
}, 300_000);

describe('an upload whose fan-out is disturbed', () => {
  test('goes on where a function was killed', async () => {
    writeFileSync(trap, '');
    const upload = await ingest(guarded, csv(ALL));
    expect(existsSync(trap)).toBe(false);
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: ROWS, accepted: ROWS, rejected: 0 } });
    expect(await executionsOf('Guarded', upload)).toHaveLength(1);
    expect(await recordsOf(guarded, upload)).toEqual(ALL);
  }, 300_000);

  test('fails with its execution, and is processed again in another one', async () => {
    writeFileSync(gate, '');
    const { uploadId } = await startUpload(guarded, Buffer.from(csv(ALL)));
    const [execution] = await until(async () => {
      const found = await executionsOf('Guarded', { uploadId });
      return found.length > 0 ? found : undefined;
    });
    await awsJson('states', 'AWSStepFunctions.StopExecution', { executionArn: execution.executionArn });
    const failed = await guarded.waitForUpload(uploadId);
    expect(failed).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_FAILED', message: expect.stringContaining('processed again') as string } });

    clear();
    await guarded.reprocessUpload(uploadId);
    const upload = await guarded.waitForUpload(uploadId);
    expect(upload).toMatchObject({ status: 'COMPLETED', error: null, counts: { total: ROWS, accepted: ROWS, rejected: 0 } });
    expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'FAILED', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
    expect(await executionsOf('Guarded', upload)).toHaveLength(2);
    expect(await recordsOf(guarded, upload)).toEqual(ALL);
  }, 300_000);

  test('fails if its file is replaced meanwhile', async () => {
    writeFileSync(gate, '');
    const { uploadId, files: [{ key }] } = await startUpload(guarded, Buffer.from(csv(ALL)));
    await until(async () => ((await executionsOf('Guarded', { uploadId })).length > 0 ? true : undefined));
    await clients[0].s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: csv(ALL.toReversed()), ContentType: 'text/csv' }));
    clear();
    expect(await guarded.waitForUpload(uploadId)).toMatchObject({ status: 'FAILED', error: { code: 'FILE_REPLACED' } });
  }, 300_000);

  test('is none of a fan-out if it is small', async () => {
    const upload = await ingest(guarded, csv(ALL.slice(0, 3)));
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 3, rejected: 0 } });
    expect(await executionsOf('Guarded', upload)).toEqual([]);
  });
});
