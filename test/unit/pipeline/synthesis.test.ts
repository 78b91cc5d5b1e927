import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Column, RecordSchema, UploadIngestPipeline, UploadIngestPipelineProps, UploadProcessor } from '../../../src';
import { codeOf, pipelineInStack, recordModelOf, Resource } from '../support';

const withColumn = (name: string): UploadIngestPipelineProps => ({
  processor: UploadProcessor.records({ schema: RecordSchema.of([Column.string(name)]) }),
});

test('the same app gives the same template and the same assets', () => {
  const once = () => Template.fromStack(pipelineInStack(() => withColumn('city')).stack).toJSON();
  expect(once()).toEqual(once());
});

test.each(['Processor', 'QueryApi'])('the code of %s has the record model beside it', (id) => {
  const folder = codeOf(pipelineInStack(() => withColumn('city')), id);
  expect(existsSync(join(folder, 'index.js'))).toBe(true);
  expect(JSON.parse(readFileSync(join(folder, 'record-model.json'), 'utf8'))).toEqual({
    columns: [{ name: 'city', type: 'string', required: false }],
    unknownColumns: 'fail',
    keys: { partitionKey: '{uploadId}#{row}', sortKey: 'RECORD' },
    duplicateKeys: 'reject',
    indexes: [],
  });
});

test('without a schema every column is kept as text', () => {
  expect(recordModelOf(pipelineInStack())).toMatchObject({ columns: null, unknownColumns: 'keep' });
});

test('another schema is another asset, but for the function that does not read it', () => {
  const key = (props: UploadIngestPipelineProps, id: string) => codeOf(pipelineInStack(() => props), id).split('asset.').at(-1);
  expect(key(withColumn('city'), 'Processor')).not.toBe(key(withColumn('town'), 'Processor'));
  expect(key(withColumn('city'), 'QueryApi')).not.toBe(key(withColumn('town'), 'QueryApi'));
  expect(key(withColumn('city'), 'UploadApi')).toBe(key(withColumn('town'), 'UploadApi'));
});

test('two pipelines live in one stack, each with its own resources and its own metrics', () => {
  const { stack, pipeline } = pipelineInStack();
  const other = new UploadIngestPipeline(stack, 'Y', withColumn('city'));
  const template = Template.fromStack(stack);
  expect(Object.keys(template.toJSON().Resources)).toHaveLength(158);
  template.resourceCountIs('AWS::Lambda::Function', 10);
  expect(other.metricRowsAccepted().dimensions).not.toEqual(pipeline.metricRowsAccepted().dimensions);
});

test('a pipeline in a stage has its code in the assembly of the stage', () => {
  const app = new App();
  const stage = new Stage(app, 'Prod', { env: { account: '111122223333', region: 'eu-west-1' } });
  const stack = new Stack(stage, 'S');
  new UploadIngestPipeline(stack, 'X');
  const assembly = app.synth().getNestedAssembly('assembly-Prod');
  const template = assembly.getStackArtifact(stack.artifactId).template as { Resources: Record<string, Resource> };
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  expect(functions).toHaveLength(5);
  const assets = JSON.parse(readFileSync(join(assembly.directory, `${stack.artifactId}.assets.json`), 'utf8')) as { files: Record<string, { source: { path: string } }> };
  for (const { source } of Object.values(assets.files)) expect(existsSync(join(assembly.directory, source.path))).toBe(true);
});

test('a pipeline in a nested stack', () => {
  const app = new App();
  const nested = new NestedStack(new Stack(app, 'S'), 'Nested');
  const pipeline = new UploadIngestPipeline(nested, 'X');
  Template.fromStack(nested).resourceCountIs('AWS::Lambda::Function', 5);
  expect(Object.values(pipeline.metricRowsAccepted().dimensions!)[0]).toMatch(/^[\w-]{1,64}$/);
});

test('a pipeline in a stack whose account and region are known', () => {
  const { app } = pipelineInStack(undefined, { env: { account: '111122223333', region: 'eu-west-1' } });
  expect(() => app.synth()).not.toThrow();
});
