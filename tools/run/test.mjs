import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forward, quietly, say, StepFailed } from './steps.mjs';

/**
 * What `projen test` does, in another order: eslint first and quiet, then jest, so that its summary ends the output.
 * Arguments go to jest. Fails when either of them does.
 */
export async function test(root, args) {
  const lint = await lintFailure(root);
  if (lint) say(lint);
  const [jest, ...defaults] = jestStep(root);
  const exitCode = await forward(root, jest, [...defaults, ...args], { NODE_NO_WARNINGS: '1' });
  return lint && exitCode === 0 ? 1 : exitCode;
}

async function lintFailure(root) {
  try {
    await quietly(root, 'Checking the code with eslint', 'projen', ['eslint']);
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
