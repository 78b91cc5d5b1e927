import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FunctionTransformProps, RowTransform, UploadProcessor } from '../../../src';
import { codeOf, environment, permissions, pipelineInStack, recordModelOf, userFunction, warningIds } from '../support';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:mine';
const MOST_BYTES = 10 * 1024 ** 2;

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'transform-')); });
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content = 'module.exports = (row) => row;\n'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const made = (transform: RowTransform | undefined, timeout?: Duration) => (
  pipelineInStack(() => ({ processor: UploadProcessor.records({ transform, timeout }) }))
);
const invokes = ({ stack, pipeline }: ReturnType<typeof pipelineInStack>) => (
  permissions(stack, pipeline.node.findChild('ProcessorRole')).filter((line) => line.startsWith('lambda:'))
);
const variables = (of: ReturnType<typeof pipelineInStack>) => (
  Object.fromEntries(Object.entries(environment(of, 'Processor')).filter(([name]) => name.startsWith('TRANSFORM_')))
);

test('without one, rows stay as they are', () => {
  const none = made(undefined);
  expect(recordModelOf(none)).not.toHaveProperty('transform');
  expect([variables(none), invokes(none)]).toEqual([{}, []]);
  for (const name of ['transform.js', 'transform.mjs']) expect(existsSync(join(codeOf(none, 'Processor'), name))).toBe(false);
});

describe('a module', () => {
  const ES_MODULE = 'import { createHash } from "node:crypto";\nexport default (row) => row;\nawait 1;\n';

  test.each([
    ['a.js', 'module.exports = (row) => row;', 'transform.js'],
    ['a.cjs', '#!/usr/bin/env node\nif (!module) return;\nexports.default = async (row) => row;', 'transform.js'],
    ['a.b.mjs', ES_MODULE, 'transform.mjs'],
    ['with bom.js', '\ufeffmodule.exports = (row) => row; // ü', 'transform.js'],
  ])('%s is beside the function, byte by byte', (name, source, beside) => {
    const of = made(RowTransform.module(file(name, source)));
    expect(readFileSync(join(codeOf(of, 'Processor'), beside), 'utf8')).toBe(source);
    expect(existsSync(join(codeOf(of, 'Processor'), 'index.js'))).toBe(true);
    expect(recordModelOf(of)).toMatchObject({ transform: 'module', transformDigest: expect.stringMatching(/^[\w-]{22}$/) as string });
    expect([variables(of), invokes(of), warningIds(of.stack)]).toEqual([{}, [], []]);
  });

  test('another one makes another model, and another asset', () => {
    const [one, same, other] = ['1', '1', '2'].map((n) => made(RowTransform.module(file(`${n}.js`, `module.exports = () => ({ n: ${n} });`))));
    expect(recordModelOf(same)).toEqual(recordModelOf(one));
    expect(recordModelOf(other)).not.toEqual(recordModelOf(one));
  });

  test('is the one that was there when it was declared', () => {
    const path = file('a.js', 'module.exports = 1;');
    const transform = RowTransform.module(path);
    rmSync(path);
    expect(readFileSync(join(codeOf(made(transform), 'Processor'), 'transform.js'), 'utf8')).toBe('module.exports = 1;');
  });

  test('may be given by a path from where the app runs', () => {
    expect(() => RowTransform.module('jest.config.json')).toThrow('[TRANSFORM_EXTENSION]');
    expect(() => RowTransform.module('test/support/closing-line-reporter.cjs')).not.toThrow();
  });

  test('must be there', () => {
    expect(() => RowTransform.module(join(folder, 'a.js'))).toThrow(
      new Error(`'path' of the transform must be a file, got '${folder}/a.js', which is none in ${process.cwd()} [TRANSFORM_NOT_FOUND]`));
    expect(() => RowTransform.module(`${folder}.js`)).toThrow('[TRANSFORM_NOT_FOUND]');
  });

  test.each(['a.ts', 'a', 'a.json', 'a.JS', 'a.js.map'])('is not called %s', (name) => {
    expect(() => RowTransform.module(file(name))).toThrow(new Error(
      `'path' of the transform must end with .js or .cjs (CommonJS) or .mjs (ES module), got '${folder}/${name}'; TypeScript is compiled first, for example with esbuild --bundle --platform=node [TRANSFORM_EXTENSION]`,
    ));
  });

  test('has 1 byte to 10 MiB', () => {
    const of = (bytes: number) => () => RowTransform.module(file('a.js', ' '.repeat(bytes)));
    const refused = (bytes: number) => new Error(`'path' of the transform must be a file of 1 to 10485760 bytes, got ${bytes} in '${folder}/a.js' [TRANSFORM_SIZE]`);
    expect(of(0)).toThrow(refused(0));
    expect(of(1)).not.toThrow();
    expect(of(MOST_BYTES)).not.toThrow();
    expect(of(MOST_BYTES + 1)).toThrow(refused(MOST_BYTES + 1));
  });

  test.each([
    ['a.js', 'module.exports = (row) => row;\nmodule.exports.b = (;', "Unexpected token ';' in line 2"],
    ['a.js', 'module.exports = (row => row;', 'missing ) after argument list|Unexpected token'],
    ['a.js', ES_MODULE, 'Cannot use import statement outside a module in line 1; an ES module must end with .mjs'],
    ['a.cjs', 'export default 1;', "Unexpected token 'export' in line 1; an ES module must end with .mjs"],
    ['a.mjs', 'export default (row => row;', 'Unexpected token|missing'],
    ['a.mjs', 'export default 1; return;', 'Illegal return statement'],
    ['a.js', '/*', 'Invalid or unexpected token in line 1'],
  ])('%s is no JavaScript: %j', (name, source, fault) => {
    expect(() => RowTransform.module(file(name, source))).toThrow(new RegExp(
      `^'path' of the transform must be JavaScript, got '${folder}/${name}': (${fault.replaceAll('(', '\\(').replaceAll(')', '\\)')}).* \\[TRANSFORM_SYNTAX\\]$`,
    ));
  });

  test('is not run', () => {
    const sources = ['throw new Error("run")', 'globalThis.wasRun = true', 'process.exit(1)'];
    for (const source of sources) for (const name of ['a.js', 'a.mjs']) expect(() => RowTransform.module(file(name, source))).not.toThrow();
    expect(globalThis).not.toHaveProperty('wasRun');
  });

  test.each<[string, string, string[]]>([
    ['a.js', "const _ = require('lodash'), rules = require( './rules' ); const fs = require('fs'); require('node:crypto'); module.exports = _;", ['lodash', './rules']],
    ['a.mjs', "import fs from 'node:fs';\nimport { z } from \"zod\";\nimport './rules.mjs';\nexport * from '../x.mjs'; await import('zod'); export default z;", ['zod', './rules.mjs', '../x.mjs']],
  ])('%s that loads what will not be there is told so', (name, source, foreign) => {
    const of = made(RowTransform.module(file(name, source)));
    expect(warningIds(of.stack)).toEqual(['transformImports']);
    const [{ data }] = of.pipeline.node.findAll().flatMap(({ node }) => node.metadata).filter(({ type }) => type === 'aws:cdk:warning');
    expect(data).toContain(`seems to load ${foreign.join(', ')}: it must be one file`);
  });
});

describe('a function', () => {
  const ONE_MINUTE = { timeout: Duration.minutes(1) };
  const called = (props?: FunctionTransformProps, fn: Partial<lambda.FunctionProps> = ONE_MINUTE, timeout?: Duration) => (
    pipelineInStack((stack) => {
      const transform = RowTransform.function(userFunction(stack, 'Mine', fn), props);
      return { processor: UploadProcessor.records({ timeout, transform }) };
    })
  );

  test('may be called by our processor, and by its name only', () => {
    const of = called();
    expect(invokes(of)).toEqual(['lambda:InvokeFunction on Mine.Arn']);
    expect(variables(of)).toEqual({
      TRANSFORM_FUNCTION: 'Mine.Arn', TRANSFORM_BATCH_SIZE: '500', TRANSFORM_CONCURRENCY: '4', TRANSFORM_TIMEOUT_SECONDS: '60',
    });
    expect(recordModelOf(of)).toMatchObject({ transform: 'function' });
    expect(permissions(of.stack, (of.stack.node.findChild('Mine') as lambda.Function).role!)).toEqual([]);
    expect(warningIds(of.stack)).toEqual([]);
  });

  test('is called as it is told', () => {
    expect(variables(called({ batchSize: 1, concurrency: 100, timeout: Duration.seconds(9) }))).toMatchObject({
      TRANSFORM_BATCH_SIZE: '1', TRANSFORM_CONCURRENCY: '100', TRANSFORM_TIMEOUT_SECONDS: '9',
    });
  });

  test('behind an alias is called by it', () => {
    const of = pipelineInStack((stack) => {
      const fn = userFunction(stack, 'Mine', { timeout: Duration.seconds(20) });
      return { processor: UploadProcessor.records({ transform: RowTransform.function(new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion })) }) };
    });
    expect(invokes(of)).toEqual(['lambda:InvokeFunction on Live']);
    expect(variables(of)).toMatchObject({ TRANSFORM_FUNCTION: 'Live', TRANSFORM_TIMEOUT_SECONDS: '20' });
  });

  test('of which nothing is known leaves a warning', () => {
    const imported = (props?: FunctionTransformProps) => pipelineInStack((stack) => ({
      processor: UploadProcessor.records({ transform: RowTransform.function(lambda.Function.fromFunctionArn(stack, 'Mine', ARN), props) }),
    }));
    expect([invokes(imported()), warningIds(imported().stack)]).toEqual([[`lambda:InvokeFunction on ${ARN}`], ['transformTimeoutUnknown']]);
    expect(variables(imported())).toMatchObject({ TRANSFORM_FUNCTION: ARN, TRANSFORM_TIMEOUT_SECONDS: '0' });
    expect(warningIds(imported({ timeout: Duration.minutes(1) }).stack)).toEqual([]);
  });

  test.each<[FunctionTransformProps, string | null]>([
    [{ batchSize: 1 }, null], [{ batchSize: 0 }, "'batchSize' must be a whole number between 1 and 10000, got 0 [OUT_OF_RANGE]"],
    [{ batchSize: 10_000 }, null], [{ batchSize: 10_001 }, "'batchSize' must be a whole number between 1 and 10000, got 10001 [OUT_OF_RANGE]"],
    [{ concurrency: 1 }, null], [{ concurrency: 0 }, "'concurrency' must be a whole number between 1 and 100, got 0 [OUT_OF_RANGE]"],
    [{ concurrency: 100 }, null], [{ concurrency: 101 }, "'concurrency' must be a whole number between 1 and 100, got 101 [OUT_OF_RANGE]"],
    [{ timeout: Duration.seconds(1) }, null], [{ timeout: Duration.millis(500) }, "'timeout' must be whole seconds, got 500 millis [NOT_WHOLE_SECONDS]"],
    [{ timeout: Duration.seconds(240) }, null],
    [{ timeout: Duration.seconds(241) }, "'timeout' of the transform must be at most four fifths of the processor's 5 minutes, got 4 minutes 1 second [TRANSFORM_TIMEOUT_TOO_LONG]"],
    [{ timeout: Duration.seconds(901) }, "'timeout' must be between 1 second and 15 minutes, got 15 minutes 1 second [OUT_OF_RANGE]"],
  ])('%j', (props, message) => {
    if (message === null) expect(() => called(props)).not.toThrow();
    else expect(() => called(props)).toThrow(new Error(message));
  });

  test('says itself how long it runs, three seconds by default', () => {
    expect(() => called({}, {}, Duration.seconds(4))).not.toThrow();
    expect(() => called({}, {}, Duration.seconds(3))).toThrow('[TRANSFORM_TIMEOUT_TOO_LONG]');
  });
});
