import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { childEnvironment } from './environment';
import { withLock } from './lock';
import { runCommand } from './run-command';
import { ENGINE_DIR, enginePort, targetsRealAccount } from './settings';
import { reachableOutputs, type StackOutputs } from './urls';

export interface DeployOptions {
  /** Folder with a `cdk.json`. */
  readonly appDir: string;
  /**
   * Instead of what the `cdk.json` says: a command, or the folder of a synthesized app.
   * @default - the app of the `cdk.json`
   */
  readonly app?: string;
  /**
   * Stacks to deploy.
   * @default - all
   */
  readonly stacks?: readonly string[];
  /**
   * Context values for synthesis, as `--context` of the CLI.
   * @default - none
   */
  readonly context?: Readonly<Record<string, string>>;
  /**
   * Tells deployments apart; two of the same name never run at the same time.
   * @default - the name of `appDir`
   */
  readonly name?: string;
}

/** Runs the real `cdk deploy` and returns the outputs by stack, with URLs that can be called. */
export async function deploy(options: DeployOptions): Promise<Readonly<Record<string, StackOutputs>>> {
  const name = options.name ?? basename(options.appDir);
  const folder = join(ENGINE_DIR, 'deployments', `${targetsRealAccount() ? 'aws' : enginePort()}-${name}`);
  return withLock(`deploy-${basename(folder)}`, async () => {
    mkdirSync(folder, { recursive: true });
    const outputsFile = join(folder, 'outputs.json');
    rmSync(outputsFile, { force: true });
    await runCommand('cdk', [
      'deploy', ...(options.stacks ?? ['--all']),
      '--require-approval', 'never',
      '--outputs-file', outputsFile,
      '--output', join(folder, 'cdk.out'),
      '--progress', 'events',
      ...(options.app ? ['--app', options.app] : []),
      ...Object.entries(options.context ?? {}).flatMap(([key, value]) => ['--context', `${key}=${value}`]),
    ], { cwd: options.appDir, env: childEnvironment(), log: join(folder, 'deploy.log') });

    if (!existsSync(outputsFile)) return {};
    const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, StackOutputs>;
    return Object.fromEntries(Object.entries(outputs).map(([stack, values]) => [stack, reachableOutputs(values)]));
  });
}
