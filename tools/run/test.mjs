import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forward, quietly, say, StepFailed } from './steps.mjs';

/**
 * What `projen test` does, in another order: types and eslint first and quiet, then jest, so that its summary ends the
 * output. Arguments go to jest. Fails when any of them does.
 */
export async function test(root, args) {
  const failures = [
    await failureOf(root, 'Checking the types', 'tsc', ['--noEmit', '-p', 'tsconfig.dev.json']),
    await failureOf(root, 'Checking the code with eslint', 'projen', ['eslint']),
  ].filter(Boolean);
  for (const failure of failures) say(failure);
  const [jest, ...defaults] = jestStep(root);
  const exitCode = await forward(root, jest, [...defaults, ...args], { NODE_NO_WARNINGS: '1' });
  return exitCode === 0 && failures.length > 0 ? 1 : exitCode;
}

async function failureOf(root, step, command, args) {
  try {
    await quietly(root, step, command, args);
    return undefined;
  } catch (error) {
    if (error instanceof StepFailed) return error.message;
    throw error;
  }
}

/** The flags stay in one place: projen's own task. */
function jestStep(root) {
  const { tasks } = JSON.parse(readFileSync(join(root, '.projen', 'tasks.json'), 'utf8'));
  return tasks.test.steps.map(({ execArgs }) => execArgs).find((execArgs) => execArgs?.[0] === 'jest');
}
