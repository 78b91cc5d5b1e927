export * from './import-rules';
export * from './lambda-bundles';
export * from './package-contents';
export * from './release-targets';
export * from './test-commands';
