import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ENVIRONMENT } from '../../tools/bench/lambda-like';
import { median } from '../../tools/bench/statistics';
import { table } from '../../tools/bench/table';
import { PROJECT_ROOT } from '../../tools/local-engine';

test.each([[[3], 3], [[3, 1, 2], 2], [[4, 1, 3, 2], 2.5], [[10, 9, 100], 10]])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('a table is aligned, and is Markdown', () => {
  expect(table(['name', 'KB'], [['a', '1'], ['longer', '1000']])).toBe([
    '| name   |   KB |',
    '|--------|-----:|',
    '| a      |    1 |',
    '| longer | 1000 |',
  ].join('\n'));
});

test('the environment says nothing that would load more than usual', () => {
  expect(ENVIRONMENT).toMatchObject({ POWERTOOLS_TRACE_ENABLED: 'false', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' });
});

test('an unknown bench is named, with those there are', async () => {
  const run = promisify(execFile)('tsx', ['tools/bench/index.ts', 'nonsense'], { cwd: PROJECT_ROOT, env: { ...process.env, PATH: `${PROJECT_ROOT}/node_modules/.bin:${process.env.PATH}` } });
  await expect(run).rejects.toMatchObject({ stderr: "There is no bench 'nonsense', only: cold-start, ingest, large-file\n" });
});
