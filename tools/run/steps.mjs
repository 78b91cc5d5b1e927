import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const SHOWN_LINES = 60;

/** A failure that is explained by its message alone. */
export class StepFailed extends Error {}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Runs a step quietly; its output goes to a log file and is shown only when the step fails. */
export async function quietly(root, title, command, args, env = withProjectTools(root)) {
  const started = Date.now();
  say(title);
  const folder = join(root, '.local-engine', 'logs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${[command, ...args].join('-').replace(/[^\w.-]+/g, '-')}.log`);
  const log = createWriteStream(file);
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exitCode = await untilItEnds(child, command);
  await new Promise((resolve) => log.end(resolve));
  if (exitCode !== 0) {
    const shown = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
    throw new StepFailed(`${shown}\n\n${command} ${args.join(' ')} failed (exit code ${exitCode}). All of its output: ${file}`);
  }
  say(`  done in ${((Date.now() - started) / 1000).toFixed(1)} s: ${title}`);
}

/** Runs a program in the foreground and returns its exit code. */
export async function forward(root, command, args, extra = {}) {
  const child = spawn(command, args, { cwd: root, env: { ...withProjectTools(root), ...extra }, stdio: 'inherit' });
  return await untilItEnds(child, command);
}

/** Ctrl+C reaches the program too. It decides when to end, and this process follows: two of them would meet in node_modules. */
async function untilItEnds(child, command) {
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    return await exitOf(child, command);
  } finally {
    process.off('SIGINT', ignore);
  }
}

async function exitOf(child, command) {
  return await new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new StepFailed(`Cannot run ${command}: ${error.message}`)));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** The project's own tools, and with them its own Node 24, come first. */
function withProjectTools(root) {
  return { ...process.env, PATH: [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter) };
}
