import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forward, quietly, say, StepFailed } from './steps.mjs';

/**
 * The steps of projen's test task in another order: the checks first and quiet, jest last, so that its closing line ends
 * the output. Arguments go to jest. A failed check does not keep jest from running, but fails the command.
 */
export async function test(root, args) {
  const { tasks } = JSON.parse(readFileSync(join(root, '.projen', 'tasks.json'), 'utf8'));
  const steps = tasks.test.steps;
  const isJest = ({ execArgs }) => execArgs?.[0] === 'jest';

  const checks = steps.filter((step) => !isJest(step)).map((step) => {
    const [command, ...rest] = step.execArgs ?? ['projen', step.spawn];
    return check(root, step.name ?? `Running ${[command, ...rest].join(' ')}`, command, rest);
  });
  const checksPassed = (await Promise.all(checks)).every(Boolean);
  const [jest, ...flags] = steps.find(isJest).execArgs;
  const exitCode = await forward(root, jest, [...flags, ...args], { NODE_NO_WARNINGS: '1' });
  return exitCode || (checksPassed ? 0 : 1);
}

async function check(root, title, command, args) {
  try {
    await quietly(root, title, command, args);
    return true;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    say(error.message);
    return false;
  }
}
