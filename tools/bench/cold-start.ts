import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { DEFAULT_KEYS, RECORD_MODEL_FILE, RecordModel, UPLOAD_MODEL_FILE, UploadModel } from '../../src/private/contract';
import { BUNDLE_OPTIONS, ROOT } from '../bundle-options';
import { ENVIRONMENT } from './lambda-like';
import { median } from './statistics';
import { table } from './table';

const PROCESSES = 20;
const API_FUNCTIONS = ['upload-api', 'completion-api', 'query-api'];
const USUAL: Readonly<Record<string, string>> = {
  'usual: SDK clients for S3, DynamoDB, SQS': 'usual-function.ts',
  'usual, with Powertools and zod': 'usual-function-with-tools.ts',
};

/** Times only the loading of one bundle, in a process that has done nothing else; what the process itself takes is left out. */
const LOADER = `
const cpu = process.cpuUsage();
const started = process.hrtime.bigint();
const { handler } = require(process.argv[1]);
const took = process.hrtime.bigint() - started;
const { user, system } = process.cpuUsage(cpu);
if (typeof handler !== 'function') throw new Error('the bundle has no handler');
require('fs').writeSync(1, JSON.stringify({ wall: Number(took) / 1e6, cpu: (user + system) / 1e3 }));
`;

/** Milliseconds that one loading took: by the clock, and of processor time, which busy neighbours disturb less. */
interface Loading {
  readonly wall: number;
  readonly cpu: number;
}

interface Candidate {
  readonly name: string;
  readonly file: string;
  readonly loadings: Loading[];
}

/**
 * What a cold start of the API's functions loads, beside a function of the usual kind, bundled in the same way. Loading is
 * the part of a cold start that the code decides; Lambda's processors are slower than most, so it is the ratios that count.
 */
export async function coldStart(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cold-start-'));
  try {
    const usual = await Promise.all(Object.entries(USUAL).map(([name, source]) => usualFunction(folder, name, source)));
    const candidates = [...usual, ...API_FUNCTIONS.map((name) => ourFunction(folder, name))];
    // In turns, so that whatever else the machine does hits all alike; the first turn fills the file cache.
    for (let turn = 0; turn <= PROCESSES; turn++) {
      for (const { file, loadings } of candidates) {
        const loading = await load(file);
        if (turn > 0) loadings.push(loading);
      }
    }
    return `Cold start: loading a function's code (median of ${PROCESSES} new processes each, in turns)\n\n${report(candidates)}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function usualFunction(folder: string, name: string, source: string): Promise<Candidate> {
  const file = join(folder, `${source}.js`);
  await build({ ...BUNDLE_OPTIONS, entryPoints: [join(__dirname, source)], outfile: file });
  return { name, file, loadings: [] };
}

/** As it is deployed, with the files beside it. */
function ourFunction(folder: string, name: string): Candidate {
  const home = join(folder, name);
  mkdirSync(home);
  cpSync(join(ROOT, 'assets', name), home, { recursive: true });
  const anyRecord: RecordModel = { columns: null, unknownColumns: 'keep', keys: DEFAULT_KEYS, duplicateKeys: 'reject', indexes: [] };
  const anyUpload: UploadModel = { metadata: null };
  writeFileSync(join(home, RECORD_MODEL_FILE), JSON.stringify(anyRecord));
  writeFileSync(join(home, UPLOAD_MODEL_FILE), JSON.stringify(anyUpload));
  return { name, file: join(home, 'index.js'), loadings: [] };
}

async function load(file: string): Promise<Loading> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', LOADER, file], { env: { ...ENVIRONMENT } });
  return JSON.parse(stdout) as Loading;
}

function report(candidates: readonly Candidate[]): string {
  const [usual] = candidates;
  const usualCode = readFileSync(usual.file);
  const rows = candidates.map(({ name, file, loadings }) => {
    const code = readFileSync(file);
    // Turn by turn: a neighbour that is busy for a second slows both sides of a ratio down, not one.
    const ratioOf = (kind: keyof Loading) => median(loadings.map((loading, turn) => loading[kind] / usual.loadings[turn][kind]));
    const medianOf = (kind: keyof Loading) => median(loadings.map((loading) => loading[kind])).toFixed(1);
    return [
      name,
      kilobytes(code), percent(code.length, usualCode.length),
      kilobytes(gzipSync(code)), percent(gzipSync(code).length, gzipSync(usualCode).length),
      medianOf('wall'), percent(ratioOf('wall'), 1),
      medianOf('cpu'), percent(ratioOf('cpu'), 1),
    ];
  });
  return table(['function', 'KB', 'of usual', 'gzip KB', 'of usual', 'load ms', 'of usual', 'CPU ms', 'of usual'], rows);
}

function kilobytes(bytes: Uint8Array): string {
  return (bytes.length / 1024).toFixed(0);
}

function percent(part: number, whole: number): string {
  return `${Math.round(part / whole * 100)} %`;
}
