import { stat } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Presets, SingleBar } from 'cli-progress';
import { parse } from 'csv-parse/sync';
import { ApiClient, type ApiRecord, type Upload } from './client';
import { deploy, enginePaths, ensureEngine, PROJECT_ROOT, targetsRealAccount } from './local-engine';

const EXAMPLE = resolve(PROJECT_ROOT, 'examples', 'drug-catalog');
const STACK = 'DrugCatalog';
const PAGE_SIZE = 5;

async function main(): Promise<void> {
  const file = resolve(process.argv[2] ?? resolve(EXAMPLE, 'drugs.csv'));

  await ensureEngine(say);
  say(`Deploying examples/drug-catalog with the CDK as stack ${STACK}`);
  const { [STACK]: outputs } = await deploy({ appDir: EXAMPLE, stacks: [STACK] });
  const api = new ApiClient(outputs.ApiUrl);
  say(`The API answers at ${api.baseUrl}\n`);

  const upload = await uploadWithProgress(api, file);
  printResult(upload);
  await printRejects(outputs.BucketName, upload);
  await printRecords(api);
}

async function uploadWithProgress(api: ApiClient, file: string): Promise<Upload> {
  const { size } = await stat(file);
  const started = await api.startUpload({ fileName: basename(file), contentType: 'text/csv', size });
  if (!started.upload) throw new Error('The API did not say where to send the file.');

  say(`Upload ${started.uploadId}: ${relative(process.cwd(), file)}`);
  const bar = new SingleBar({ format: '  sending {bar} {percentage}% of {total} bytes', barsize: 30 }, Presets.shades_classic);
  bar.start(size, 0);
  await api.sendFile(started.upload, file, { onProgress: (sentBytes) => bar.update(sentBytes) });
  bar.update(size);
  bar.stop();

  return followUpload(api, started.uploadId);
}

/** Shows every status once, and how far it is while rows are read. */
async function followUpload(api: ApiClient, uploadId: string): Promise<Upload> {
  const statuses: string[] = [];
  const bar = new SingleBar({ format: '  ingesting {bar} {percentage}% {rows} rows{rate}', barsize: 30 }, Presets.shades_classic);
  return api.waitForUpload(uploadId, {
    onState: ({ status, progress }) => {
      const { bytes, totalBytes, rows = 0, rowsPerSecond } = progress;
      const facts = { rows, rate: rowsPerSecond === undefined ? '' : `, ${Math.round(rowsPerSecond)}/s` };
      if (bar.isActive) bar.update(bytes, facts);
      if (statuses.at(-1) === status) return;
      if (bar.isActive) bar.stop();
      statuses.push(status);
      say(`  ${status}`);
      if (status === 'PROCESSING') bar.start(totalBytes, bytes, facts);
    },
  });
}

function printResult({ status, counts, error }: Upload): void {
  if (status !== 'COMPLETED' || !counts) {
    throw new Error(`The upload ended as ${status}: ${error?.code} ${error?.message}`);
  }
  say(`  ${counts.total} rows: ${counts.accepted} accepted, ${counts.rejected} rejected\n`);
}

/** What was wrong with the rows that are no records. */
async function printRejects(bucket: string, { uploadId, files, counts }: Upload): Promise<void> {
  if (!counts?.rejected) return;
  const key = `rejects/${uploadId}/${files[0].fileName}`;
  const { Body } = await new S3Client({}).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const lines: string[][] = parse(await Body!.transformToString());
  say(`Rejected rows, in s3://${bucket}/${key}:`);
  for (const line of lines.slice(1, 1 + PAGE_SIZE)) say(`  row ${line.at(-4)}: ${line.at(-2)}, ${line.at(-1)}`);
  say(lines.length > 1 + PAGE_SIZE ? '  …\n' : '');
}

async function printRecords(api: ApiClient): Promise<void> {
  const first = await api.listRecords({ limit: PAGE_SIZE });
  printTable('Records, newest first', first.items);
  if (first.nextToken) {
    const second = await api.listRecords({ limit: PAGE_SIZE, nextToken: first.nextToken });
    printTable('The next page', second.items);
    if (second.nextToken) printCall('Go on from there', api.url('/records', { limit: PAGE_SIZE, nextToken: second.nextToken }));
  }
  const [{ _pk, _sk }] = first.items;
  printCall('One record', api.url('/records', { pk: String(_pk), sk: String(_sk) }));
  printCall('All uploads', api.url('/uploads'));
  say(targetsRealAccount() ? 'Remove the stack: npx cdk destroy (in examples/drug-catalog)' : 'Stop the engine: npm run stop');
}

function printTable(title: string, records: readonly ApiRecord[]): void {
  say(`${title}:`);
  const columns = ['drug_name', 'target', 'efficacy'];
  const rows = [columns, ...records.map((record) => columns.map((column) => String(record[column] ?? '')))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index].length)));
  for (const row of rows) say(`  ${row.map((cell, index) => cell.padEnd(widths[index])).join('  ').trimEnd()}`);
  say('');
}

/** The API takes signed requests only; curl can sign. */
function printCall(title: string, url: URL): void {
  const trust = url.protocol === 'https:' && !targetsRealAccount() ? ` --cacert '${enginePaths().certificate}'` : '';
  const user = targetsRealAccount() ? '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"' : 'test:test';
  const region = process.env.AWS_REGION ?? 'us-east-1';
  say(`${title}:\n  curl${trust} --aws-sigv4 'aws:amz:${region}:execute-api' --user ${user} '${url}'\n`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

// Whoever closes the pipe (`| head`) has seen enough.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
main().catch((error: Error) => {
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
});
