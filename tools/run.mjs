// The npm commands of the README: demo, test, bench, stop. Plain Node without dependencies, because on a fresh clone
// there are none yet: this installs them, builds what changed and hands over to the project's own Node 24.
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stopEngines } from './local-engine/stop.mjs';
import { build } from './run/build.mjs';
import { installDependencies } from './run/dependencies.mjs';
import { requireNode, requirePython } from './run/machine.mjs';
import { forward, say, StepFailed } from './run/steps.mjs';
import { test } from './run/test.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const COMMANDS = {
  async demo(args) {
    requireFile(args);
    requirePython();
    await installDependencies(ROOT);
    await build(ROOT);
    return await forward(ROOT, 'tsx', ['tools/demo.ts', ...args]);
  },
  async test(args) {
    requirePython();
    await installDependencies(ROOT);
    await build(ROOT);
    return await test(ROOT, args);
  },
  async bench(args) {
    await installDependencies(ROOT);
    await build(ROOT);
    return await forward(ROOT, 'tsx', ['tools/bench/index.ts', ...args]);
  },
  async stop() {
    await stopEngines(ROOT, say);
    return 0;
  },
};

/** Before anything is installed for it. */
function requireFile([file, ...more]) {
  if (more.length > 0 || file?.startsWith('-')) throw new StepFailed('Usage: npm run demo [-- FILE.csv], with the columns drug_name,target,efficacy');
  if (file !== undefined && !statSync(file, { throwIfNoEntry: false })?.isFile()) throw new StepFailed(`There is no file '${file}'`);
}

async function main([name, ...args]) {
  requireNode();
  const command = COMMANDS[name];
  if (!command) throw new StepFailed(`Usage: node tools/run.mjs ${Object.keys(COMMANDS).join(' | ')}`);
  return await command(args);
}

main(process.argv.slice(2)).then(
  (exitCode) => { process.exitCode = exitCode; },
  (error) => {
    process.stderr.write(`\n${error instanceof StepFailed ? error.message : error.stack}\n`);
    process.exitCode = 1;
  },
);
