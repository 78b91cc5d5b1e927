import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { toWire } from '../../../lambda-src/adapters/aws/dynamodb';
import { toStatusItem } from '../../../lambda-src/adapters/tables/status-item';
import { announcedFile, newUpload, ONLY_FILE } from '../../../lambda-src/domain/uploads/upload';
import { RecordModel, SINGLE_TENANT } from '../../../src/private/contract';
import { BUNDLE_OPTIONS, ROOT } from '../../bundle-options';
import { BundleFolder, type Returned, Sandbox } from '../../sandbox';
import { processorEnvironment } from '../processor-environment';
import { fileBytes } from './generated-file';
import { StandInReport, StandInSetup, WireItem } from './stand-in';

const MODEL: RecordModel = {
  columns: [{ name: 'n', type: 'integer', required: true }, { name: 'note', type: 'string', required: true }, { name: 'tail', type: 'string', required: true }],
  unknownColumns: 'fail',
  keys: { partitionKey: '{uploadId}#{row}', sortKey: 'RECORD' },
  duplicateKeys: 'reject',
  indexes: [],
};

/** One upload of the generated file, stand-ins for all of AWS, and processes of our functions. */
export class Experiment {
  public static async begin(rows: number): Promise<Experiment> {
    const folder = mkdtempSync(join(tmpdir(), 'large-file-'));
    const outfile = join(folder, 'stand-in.js');
    await build({ ...BUNDLE_OPTIONS, entryPoints: [join(ROOT, 'tools/bench/large-file/stand-in.ts')], outfile, logLevel: 'error' });
    const uploadId = crypto.randomUUID();
    const key = `uploads/${uploadId}/large.csv`;
    const upload = newUpload({
      uploadId,
      tenantId: SINGLE_TENANT,
      owner: null,
      metadata: {},
      deadline: new Date(Date.now() + 3_600_000).toISOString(),
      at: new Date().toISOString(),
      files: [announcedFile({ name: ONLY_FILE, fileName: 'large.csv', key, contentType: 'text/csv', size: fileBytes(rows) })],
    });
    const setup: StandInSetup = { rows, upload: JSON.parse(JSON.stringify(toWire(toStatusItem(upload)))) as WireItem };
    const standIn = spawn(process.execPath, [outfile, JSON.stringify(setup)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [port] = await once(standIn, 'message') as [number];
    return new Experiment(folder, standIn, `http://127.0.0.1:${port}`, key);
  }

  /** Of all processes of our functions. */
  public peak = 0;
  public invocations = 0;
  private readonly bundles = ['processor', 'fan-out'].map((name) => new BundleFolder(name, MODEL));
  private readonly started = performance.now();

  private constructor(
    private readonly folder: string, private readonly standIn: ChildProcess, private readonly url: string, public readonly key: string,
  ) {}

  public get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  public async report(): Promise<StandInReport> {
    return await (await fetch(`${this.url}/report`)).json() as StandInReport;
  }

  /** A new process of a function. */
  public start(name: 'processor' | 'fan-out', changes: Record<string, string> = {}): Sandbox {
    const environment = { ...processorEnvironment(this.url), ...changes };
    return new Sandbox({ bundle: this.bundles[name === 'processor' ? 0 : 1].index, environment });
  }

  public async invoke<T>(sandbox: Sandbox, event: unknown, milliseconds: number): Promise<T> {
    const returned = await sandbox.invoke<T>(event, milliseconds) as Returned<T>;
    this.invocations++;
    this.peak = Math.max(this.peak, returned.peak);
    return returned.value;
  }

  public end(): void {
    this.standIn.kill();
    this.bundles.forEach((bundle) => bundle.remove());
    rmSync(this.folder, { recursive: true });
  }
}
