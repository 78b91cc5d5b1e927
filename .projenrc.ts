import { awscdk, javascript } from 'projen';
import { bundleLambdas, enforceImportRules, ownTestCommands, packageContents, releaseTargets } from './projenrc';

/** The lowest aws-cdk-lib we support, and the one we develop against. */
const CDK_VERSION = '2.245.0';
const CDK_CLI_VERSION = '2.1148.1';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-upload-ingest',
  description: 'AWS CDK constructs that take files from people and programs and turn them into rows they can page through.',
  author: 'cdk-upload-ingest contributors',
  authorAddress: 'maintainers@cdk-upload-ingest.invalid',
  repositoryUrl: 'https://github.com/cdk-upload-ingest/cdk-upload-ingest.git',
  license: 'Apache-2.0',
  keywords: ['aws', 'cdk', 'upload', 'ingest', 'csv', 's3', 'dynamodb', 'presigned-url'],
  defaultReleaseBranch: 'main',

  cdkVersion: CDK_VERSION,
  cdkCliVersion: CDK_CLI_VERSION,
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  projenrcTs: true,
  ...releaseTargets,

  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.0.0',
  workflowNodeVersion: '24',
  deps: [],
  devDeps: [
    'node@^24',
    '@types/node@^24',
    '@types/aws-lambda',
    // What the Lambda bundles are made of. Powertools in one version: 2.36 is on the registry in part only.
    '@aws-lambda-powertools/batch@2.35.0',
    '@aws-lambda-powertools/event-handler@2.35.0',
    '@aws-lambda-powertools/idempotency@2.35.0',
    '@aws-lambda-powertools/logger@2.35.0',
    '@aws-lambda-powertools/metrics@2.35.0',
    '@aws-lambda-powertools/tracer@2.35.0',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-s3',
    '@aws-sdk/client-sqs',
    '@aws-sdk/lib-dynamodb',
    '@aws-sdk/lib-storage',
    '@aws-sdk/s3-presigned-post',
    '@aws-sdk/s3-request-presigner',
    '@aws-sdk/util-dynamodb@^3.996.0',
    // 5 is ESM only, which neither jest nor the compiler takes here.
    '@rgrove/parse-xml@^4.2.0',
    'big.js',
    '@types/big.js',
    'luxon@^3.7.2',
    '@types/luxon@^3.7.1',
    'csv-parse@^7',
    'csv-stringify',
    'jose@^6.2.17',
    'zod@^4',
    // What builds, deploys and tests them.
    '@aws-sdk/client-cloudformation',
    '@aws-sdk/client-lambda@^3.1162.0',
    '@smithy/signature-v4',
    '@aws-crypto/sha256-js',
    '@aws-sdk/credential-provider-node',
    // Newer command lines are tagged 3.0.0 and cannot read today's assemblies.
    `aws-cdk@${CDK_CLI_VERSION}`,
    'cdk-nag@^2',
    'cli-progress',
    '@types/cli-progress',
    'csv-spectrum',
    'esbuild',
    'fast-check',
    'jsii-pacmak',
    'playwright-core@^1.65.1',
    '@seriousme/openapi-schema-validator@^2.11.0',
    'tsx',
    'vega-datasets',
  ],

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    include: ['.projenrc.ts', 'lambda-src/**/*.ts', 'examples/**/*.ts', 'tools/**/*.ts', 'projenrc/**/*.ts'],
    compilerOptions: {
      lib: ['es2024', 'esnext.disposable'],
      target: 'es2024',
      types: ['node', 'jest'],
      isolatedModules: true,
      // The examples import the package by its name, as a user does.
      paths: { 'cdk-upload-ingest': ['./src/index.ts'] },
    },
  },
  eslintOptions: {
    dirs: ['src', 'lambda-src'],
    devdirs: ['test', 'examples', 'tools', 'projenrc'],
    commandOptions: { fix: false },
  },
  // tsc checks the types once; ts-jest would check them again in every worker.
  typecheckTests: true,
  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    configFilePath: 'jest.config.json',
    jestConfig: {
      moduleNameMapper: { '^cdk-upload-ingest$': '<rootDir>/src/index.ts' },
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      reporters: [new javascript.JestReporter('<rootDir>/test/support/closing-line-reporter.cjs')],
      collectCoverage: false,
      // No test waits for a time; this only ends one that waits for ever.
      testTimeout: 120_000,
    },
    junitReporting: false,
  },

  github: false,
  gitignore: ['/assets/', '/.local-engine/', 'cdk.out/', '.DS_Store', '__pycache__/', '/build/', '/.jsii.tabl.json'],
  sampleCode: false,
});

// 1.13.0 is published for some platforms only, so that `npm ci` cannot be satisfied.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

bundleLambdas(project);
packageContents(project);
enforceImportRules(project);
ownTestCommands(project);

project.synth();
