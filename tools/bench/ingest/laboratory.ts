import { ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { toWire } from '../../../lambda-src/adapters/aws/dynamodb';
import { toStatusItem } from '../../../lambda-src/adapters/tables/status-item';
import { objectKey } from '../../../lambda-src/domain/uploads/object-key';
import { announcedFile, newUpload, ONLY_FILE } from '../../../lambda-src/domain/uploads/upload';
import { DuplicateKeysPolicy, Env, RECORD_MODEL_FILE, SINGLE_TENANT } from '../../../src/private/contract';
import { BUNDLE_OPTIONS, ROOT } from '../../bundle-options';
import { processorEnvironment } from '../processor-environment';
import { Job, Measured, measuredIn } from './measured';
import { sampleModel, sampleOf } from './sample';
import { StandInRules } from './stand-in';
import { TableCounts, TableRules } from './stand-in-table';

export type Code = 'ours' | 'usual';

export interface Experiment extends TableRules {
  readonly code: Code;
  /** Of the file, about. */
  readonly bytes: number;
  /** Of the usual code. */
  readonly concurrency?: number;
  /** Whether ours looks for rows with the same key. @default 'reject', as it is in the library */
  readonly duplicateKeys?: DuplicateKeysPolicy;
  /** Whether the function has had an upload before. */
  readonly isWarm?: boolean;
}

export interface Outcome extends Measured {
  readonly rows: number;
  readonly table: TableCounts;
}

const BUCKET = 'bucket';
const POLICIES: readonly DuplicateKeysPolicy[] = ['reject', 'unchecked'];
const WARM_UP_BYTES = 10_000;
/** Whoever is measured has a core of its own, as far as that can be had. */
const hasTaskset = cpus().length > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
const ONE_CORE = hasTaskset ? ['taskset', '-c', '0'] : [];
const OTHER_CORES = hasTaskset ? ['taskset', '-c', `1-${cpus().length - 1}`] : [];

/** Files, bundles and processes that experiments need. */
export class Laboratory {
  /** Bundles all code that takes part, as functions are. */
  public static async open(): Promise<Laboratory> {
    const folder = mkdtempSync(join(tmpdir(), 'ingest-bench-'));
    const bundle = (from: string, to: string) => (
      build({ ...BUNDLE_OPTIONS, entryPoints: [join(ROOT, from)], outfile: join(folder, to), logLevel: 'error' })
    );
    await Promise.all([
      ...POLICIES.map(async (duplicateKeys) => {
        await bundle('lambda-src/handlers/processor.ts', `${duplicateKeys}/index.js`);
        writeFileSync(join(folder, duplicateKeys, RECORD_MODEL_FILE), JSON.stringify(sampleModel(duplicateKeys)));
      }),
      ...['stand-in', 'our-ingest', 'usual-ingest'].map((name) => bundle(`tools/bench/ingest/${name}.ts`, `${name}.js`)),
    ]);
    return new Laboratory(folder);
  }

  private constructor(private readonly folder: string) {}

  public close(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Ingests a file in a process of its own, on one core, against stand-ins for S3, DynamoDB and SQS in another. */
  public async run({ code, bytes, concurrency, isWarm, duplicateKeys = 'reject', ...rules }: Experiment): Promise<Outcome> {
    const { bytes: size, rows } = sampleOf(bytes);
    const [main, warmUp] = [announce(size), announce(sampleOf(WARM_UP_BYTES).bytes)];
    const standIn = await this.startStandIn({
      ...rules,
      files: Object.fromEntries([main, warmUp].map(({ key, size: bytesOf }) => [key, bytesOf])),
      uploads: Object.fromEntries([main, warmUp].map(({ uploadId, item }) => [uploadId, item])),
    });
    try {
      const bundle = join(this.folder, duplicateKeys);
      const job: Job = { bucket: BUCKET, key: main.key, concurrency, bundle, warmUpKey: isWarm ? warmUp.key : undefined };
      const measured = measuredIn(await this.child(code, job, standIn.url));
      const table = await (await fetch(`${standIn.url}/counts`)).json() as TableCounts;
      if (table.accepted !== rows) throw new Error(`${table.accepted} records of ${rows} rows are in the table`);
      return { ...measured, rows, table };
    } finally {
      standIn.process.kill();
    }
  }

  private async startStandIn(rules: StandInRules): Promise<{ process: ChildProcess; url: string }> {
    const [command, ...options] = [...OTHER_CORES, process.execPath, join(this.folder, 'stand-in.js'), JSON.stringify(rules)];
    const standIn = spawn(command, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<string>((resolve, reject) => {
      standIn.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
      standIn.once('exit', () => reject(new Error('the stand-in has ended')));
    });
    return { process: standIn, url: `http://127.0.0.1:${port}` };
  }

  private async child(code: Code, job: Job, url: string): Promise<string> {
    const file = join(this.folder, code === 'ours' ? 'our-ingest.js' : 'usual-ingest.js');
    const [command, ...options] = [...ONE_CORE, process.execPath, file, JSON.stringify(job)];
    const { stdout } = await promisify(execFile)(command, options, {
      // The flags of Node.js are ours, and not what most people have.
      env: { ...processorEnvironment(url), ...(code === 'usual' && { [Env.NODE_OPTIONS]: '' }), PATH: process.env.PATH ?? '' },
    });
    return stdout;
  }
}

/** An upload whose file the stand-in for S3 has. */
function announce(size: number): { uploadId: string; key: string; size: number; item: string } {
  const uploadId = crypto.randomUUID();
  const fileName = 'products.csv';
  const key = objectKey({ uploadId, fileName });
  const at = new Date().toISOString();
  const upload = newUpload({
    uploadId,
    tenantId: SINGLE_TENANT,
    owner: null,
    metadata: {},
    deadline: new Date(Date.now() + 3_600_000).toISOString(),
    at,
    files: [announcedFile({ name: ONLY_FILE, fileName, key, contentType: 'text/csv', size })],
  });
  return { uploadId, key, size, item: JSON.stringify(toWire(toStatusItem(upload))) };
}
