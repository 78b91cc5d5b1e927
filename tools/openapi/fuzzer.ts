import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment, ENGINE_DIR, enginePaths, PROJECT_ROOT, targetsRealAccount } from '../local-engine';
import { withLock } from '../local-engine/lock';
import { runCommand } from '../local-engine/run-command';
import { onceFor } from '../packaging/stamp';

const REQUIREMENTS = join(__dirname, 'requirements.txt');
const VENV = join(ENGINE_DIR, 'fuzzer-venv');

/** What an answer has to stand up to; schemathesis's names. */
const CHECKS = [
  'not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_headers_conformance', 'response_schema_conformance',
  'negative_data_rejection',
];

export interface FuzzOptions {
  /** Tells runs apart in what they leave behind. */
  readonly name: string;
  /** Of the API. */
  readonly url: string;
  /** The same requests every time. */
  readonly seed: number;
  /** Per operation and kind of request: valid and invalid ones. */
  readonly maxExamples: number;
  /** Values that lead somewhere, such as ids of uploads, by place: `path.uploadId`, `body.contentType`. Half of the requests use one. */
  readonly known: Readonly<Record<string, readonly string[]>>;
}

/** What schemathesis reports, as far as it is looked at. */
export interface FuzzReport {
  readonly requests: number;
  readonly operations: { readonly total: number; readonly tested: number };
  readonly failures: readonly unknown[];
  readonly errors: readonly unknown[];
  /** Whatever was said on the way, with a command that repeats each failure. */
  readonly log: string;
}

interface JsonReport extends Pick<FuzzReport, 'operations' | 'failures' | 'errors'> {
  readonly test_cases: { readonly generated: number };
}

/** Makes requests of every kind from an API's own OpenAPI document, and checks that it answers as the document says. */
export async function fuzz({ name, url, seed, maxExamples, known }: FuzzOptions): Promise<FuzzReport> {
  await installFuzzer();
  const folder = join(ENGINE_DIR, 'fuzzer', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'schemathesis.toml');
  const report = join(folder, 'report.json');
  const log = join(folder, 'output.log');
  writeFileSync(config, configOf(known));
  try {
    await runCommand(join(VENV, 'bin', 'schemathesis'), [
      '--config-file', config, 'run', `${url}/openapi.json`,
      '--url', url,
      '--checks', CHECKS.join(','),
      '--phases', 'examples,coverage,fuzzing,stateful',
      '--mode', 'all',
      '--max-examples', String(maxExamples),
      // Python 3.11 may not parse in several threads at once (python/cpython#106905), which hypothesis does.
      '--workers', '1',
      '--seed', String(seed),
      '--generation-database', 'none',
      '--continue-on-failure',
      '--no-color',
      '--report', 'json',
      '--report-json-path', report,
      ...(targetsRealAccount() ? [] : ['--tls-verify', enginePaths().certificate]),
    ], { cwd: folder, env: childEnvironment(), log });
  } catch (error) {
    // It ends like that when it has found something; then the report says what.
    if (!existsSync(report)) throw error;
  }
  const { test_cases: cases, operations, failures, errors } = JSON.parse(readFileSync(report, 'utf8')) as JsonReport;
  return { requests: cases.generated, operations, failures, errors, log: readFileSync(log, 'utf8') };
}

function configOf(known: FuzzOptions['known']): string {
  const entries = Object.entries(known);
  return [
    ...entries.flatMap(([parameter, values]) => [`[dictionaries."${parameter}"]`, `values = ${JSON.stringify(values)}`]),
    '[parameters]',
    ...entries.map(([parameter]) => `"${parameter}" = { dictionary = "${parameter}", probability = 0.5 }`),
  ].join('\n');
}

/** Puts the pinned fuzzer into a virtual environment of its own; does nothing when it is there already. */
async function installFuzzer(): Promise<void> {
  await withLock('fuzzer-venv', () => onceFor(readFileSync(REQUIREMENTS, 'utf8'), join(VENV, '.installed-requirements'), async () => {
    rmSync(VENV, { recursive: true, force: true });
    mkdirSync(ENGINE_DIR, { recursive: true });
    const options = { cwd: PROJECT_ROOT, env: process.env, log: join(ENGINE_DIR, 'install-fuzzer.log') };
    await runCommand('python3', ['-m', 'venv', VENV], options);
    await runCommand(join(VENV, 'bin', 'python'), ['-m', 'pip', 'install', '--disable-pip-version-check', '--requirement', REQUIREMENTS], options);
  }));
}
