import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../local-engine/run-command';
import { LOG_DIR } from './paths';
import { filesIn } from './stamp';

export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  readonly Outputs?: Readonly<Record<string, object>>;
}

/** What an app has synthesized. */
export interface Synthesis {
  /** Templates by stack name, with the hashes of their assets masked. */
  readonly templates: Readonly<Record<string, Template>>;
  /** Contents of the record models that travel with the functions, by path in the assembly. */
  readonly recordModels: Readonly<Record<string, string>>;
  /** Sources of the transforms that travel with the functions, by path in the assembly. */
  readonly transforms: Readonly<Record<string, string>>;
}

export interface SynthesizeOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Folder in which the app may write. */
  readonly temp?: string;
}

/** Runs an app as the CDK command line does: the assembly goes where `CDK_OUTDIR` says. */
export async function synthesize(command: string, args: readonly string[], options: SynthesizeOptions): Promise<Synthesis> {
  const outdir = mkdtempSync(join(options.temp ?? tmpdir(), 'cdk.out-'));
  try {
    const log = join(LOG_DIR, `packaging-synth-${args.at(-1)?.replace(/.*[\\/]/, '')}.log`);
    await runCommand(command, args, { cwd: options.cwd, env: { ...options.env, CDK_OUTDIR: outdir }, log });
    return readSynthesis(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export function readSynthesis(outdir: string): Synthesis {
  const templates = readdirSync(outdir).filter((name) => name.endsWith('.template.json'));
  const contents = (name: RegExp) => (
    Object.fromEntries(filesIn(outdir, 'functions').filter((path) => name.test(path)).map((path) => [path, readFileSync(join(outdir, path), 'utf8')]))
  );
  return {
    templates: Object.fromEntries(templates.map((name) => [name.replace('.template.json', ''), readTemplate(join(outdir, name))])),
    recordModels: contents(/\.json$/),
    transforms: contents(/\/transform\.m?js$/),
  };
}

/** The hash of an asset changes with every build of the Lambda code; that there is one stays. */
function readTemplate(file: string): Template {
  return JSON.parse(readFileSync(file, 'utf8').replace(/\b[0-9a-f]{64}\b/g, '<asset hash>')) as Template;
}
