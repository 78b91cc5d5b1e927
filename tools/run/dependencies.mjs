import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from './hash.mjs';
import { quietly } from './steps.mjs';

/** `npm ci`, only when package-lock.json is not the one that was installed last. */
export async function installDependencies(root) {
  // Inside node_modules, so that removing that folder removes the stamp with it.
  const stamp = join(root, 'node_modules', '.installed-lockfile');
  const wanted = hashOf(root, ['package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // With the machine's Node: npm ci removes the project's own before it installs it again.
  await quietly(root, 'Installing the npm dependencies', 'npm', ['ci', '--no-audit', '--no-fund'], process.env);
  writeFileSync(stamp, wanted);
}
