import { awscdk } from 'projen';

const zone = (target: string, from: string, message: string) => ({ target, from, message });

const OUTSIDE_WORLD = ['node:child_process', 'node:fs', 'node:fs/promises', 'node:http', 'node:https', 'node:net'];

/** Dependencies point one way: domain <- application <- handlers; adapters implement ports; src never imports lambda-src. */
export function enforceImportRules(project: awscdk.AwsCdkConstructLibrary): void {
  const eslint = project.eslint!;
  // projen lints with the tsconfig of src alone; Lambda code, examples and tools are in the development one.
  eslint.allowDevDeps('**/lambda-src/**');
  project.tryFindObjectFile('.eslintrc.json')?.addOverride('parserOptions', { project: './tsconfig.dev.json', projectService: undefined });
  eslint.addRules({
    'import/no-restricted-paths': ['error', {
      zones: [
        zone('./src', './lambda-src', 'The constructs never import Lambda code; share a dependency-free file in src/private.'),
        zone('./lambda-src/domain', './lambda-src/!(domain)/**/*', 'The domain is pure and imports nothing of ours but the domain.'),
        zone('./lambda-src/application', './lambda-src/{adapters,handlers}/**/*', 'A use case takes ports; it knows no adapter.'),
        zone('./lambda-src/adapters', './lambda-src/handlers', 'Adapters do not know who calls them.'),
        zone('./lambda-src', './src/!(private)/**/*', 'Lambda code shares only the contract in src/private.'),
      ],
    }],
    // Without the last two, paths of different depth have no order at all.
    'import/order': ['warn', {
      groups: ['builtin', 'external', 'parent', 'sibling'],
      alphabetize: { order: 'asc', caseInsensitive: true },
    }],
    '@typescript-eslint/no-explicit-any': ['error'],
    '@stylistic/max-len': ['error', { code: 140, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
  });
  eslint.addOverride({
    files: ['lambda-src/domain/**', 'lambda-src/application/**'],
    rules: { 'no-restricted-imports': ['error', { paths: OUTSIDE_WORLD, patterns: ['@aws-sdk/*', '@smithy/*', '@aws-lambda-powertools/*'] }] },
  });
  eslint.addOverride({
    files: ['lambda-src/domain/**'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval'],
      'no-restricted-properties': ['error',
        { object: 'Date', property: 'now', message: 'The domain has no clock; take the time as an argument.' },
        { object: 'Math', property: 'random', message: 'The domain has no randomness.' },
        { object: 'process', property: 'env' }],
    },
  });
}
