import { awscdk } from 'projen';

/**
 * Bundles `lambda-src/handlers/*.ts` into `assets/` before anything compiles or tests,
 * so that neither our tests nor a user's synth ever runs a bundler.
 */
export function bundleLambdas(project: awscdk.AwsCdkConstructLibrary): void {
  const bundle = project.addTask('bundle', {
    description: 'Bundle the Lambda handlers into assets/',
    exec: 'tsx tools/bundle.ts',
  });
  project.preCompileTask.spawn(bundle);
}
