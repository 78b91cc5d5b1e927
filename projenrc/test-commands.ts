import { awscdk } from 'projen';

/**
 * The README's commands run on a machine where `npm ci` has never run, so they are plain Node scripts that set up
 * everything and then call projen's tasks.
 */
export function ownTestCommands(project: awscdk.AwsCdkConstructLibrary): void {
  project.package.setScript('test', 'node tools/run.mjs test');
  project.package.setScript('demo', 'node tools/run.mjs demo');
  project.package.setScript('stop', 'node tools/run.mjs stop');
  project.package.setScript('bench', 'node tools/run.mjs bench');
}
