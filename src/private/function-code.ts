import { copyFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** Where the build leaves the bundled functions, seen from `lib/private` (and from `src/private` in tests). */
const ASSETS = join(__dirname, '..', '..', 'assets');

/** The code of a function, bundled when this package was built. */
export function functionCode(name: string): lambda.Code {
  return lambda.Code.fromAsset(join(ASSETS, name));
}

/**
 * The code of a function with a JSON file beside it. Environment variables hold 4 KB, a record model may be larger.
 * CDK's local bundling does no more here than to copy the bundle and write the file into the cloud assembly.
 */
export function functionCodeWithFile(name: string, fileName: string, content: object): lambda.Code {
  return lambda.Code.fromAsset(join(ASSETS, name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle(outputDir: string): boolean {
          copyFileSync(join(ASSETS, name, 'index.js'), join(outputDir, 'index.js'));
          writeFileSync(join(outputDir, fileName), JSON.stringify(content));
          return true;
        },
      },
    },
  });
}
