import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackages, pythonWith, synthesize, type Synthesis } from '../../tools/packaging';
import { synthesizeFromSources } from './in-process';

// On a fresh machine aws-cdk-lib is downloaded for Python too.
jest.setTimeout(600_000);

const FOLDER = join(__dirname, 'python');

describe('a Python app that installed the wheel', () => {
  let typescript: Synthesis;
  let python: Synthesis;

  beforeAll(async () => {
    typescript = synthesizeFromSources();
    const { wheel } = await buildPackages();
    const interpreter = await pythonWith(join(FOLDER, 'requirements.txt'), wheel);
    python = await synthesize(interpreter, [join(FOLDER, 'app.py')], { cwd: FOLDER, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
  });

  test('synthesizes all of its stacks', () => {
    expect(Object.keys(python.templates)).toEqual(['DefaultPipeline', 'DrugCatalog', 'OwnParts']);
    expect(Object.keys(typescript.templates)).toEqual(['DefaultPipeline', 'DrugCatalog']);
    // In each: the record model of two functions, the upload model of two, and the API's document; one fans out, with the model once more.
    expect(Object.keys(typescript.recordModels)).toHaveLength(11);
  });

  test('synthesizes the resources and outputs of the TypeScript drug catalog', () => {
    expect(python.templates.DrugCatalog).toEqual(typescript.templates.DrugCatalog);
  });

  test('synthesizes the default pipeline', () => {
    expect(python.templates.DefaultPipeline).toEqual(typescript.templates.DefaultPipeline);
  });

  test('gives the functions the same record models', () => {
    expect(python.recordModels).toEqual(expect.objectContaining(typescript.recordModels));
  });

  test('puts a transform in JavaScript beside the functions', () => {
    const source = readFileSync(join(FOLDER, 'row.cjs'), 'utf8');
    expect(Object.values(python.transforms)).toContain(source);
    for (const contents of Object.values(python.transforms)) expect(contents).toBe(source);
  });

  test('replaces parts of the pipeline by classes of its own', () => {
    const resources = Object.values(python.templates.OwnParts.Resources);
    expect(resources).toContainEqual(expect.objectContaining({
      Type: 'AWS::S3::Bucket', Properties: expect.objectContaining({ VersioningConfiguration: { Status: 'Enabled' } }),
    }));
    expect(resources).toContainEqual(expect.objectContaining({
      Type: 'AWS::SQS::Queue', Properties: expect.objectContaining({ VisibilityTimeout: 3600 }),
    }));
  });
});
