import { join } from 'node:path';
import { childEnvironment } from './environment';
import { runCommand } from './run-command';
import { enginePaths, PROJECT_ROOT, REGION } from './settings';

/** `cdk bootstrap`, once per start of the engine: it forgets everything when it stops. */
export async function bootstrap(): Promise<void> {
  const { home } = enginePaths();
  await runCommand('cdk', ['bootstrap', `aws://000000000000/${REGION}`, '--output', join(home, 'bootstrap.out')], {
    cwd: PROJECT_ROOT,
    env: childEnvironment(),
    log: join(home, 'bootstrap.log'),
  });
}
