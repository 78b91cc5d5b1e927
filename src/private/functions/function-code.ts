import { cpSync, mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { RowTransform } from '../../ingest/row-transform';
import { RECORD_MODEL_FILE, RecordModel } from '../contract';
import { knownAtSynth } from '../ingest/record-model';

/** Where the build leaves the bundled functions, seen from `lib/private` (and from `src/private` in tests). */
export const ASSETS = join(__dirname, '..', '..', '..', 'assets');

/** The code of a function, bundled when this package was built. */
export function functionCode(name: string): lambda.Code {
  return lambda.Code.fromAsset(join(ASSETS, name));
}

/** The code of a function that reads the record model, and transforms rows if there is something that does. */
export function functionCodeWithModel(scope: IConstruct, name: string, model: RecordModel, transform?: RowTransform): lambda.Code {
  return functionCodeWithFiles(scope, name, { [RECORD_MODEL_FILE]: model }, transform?._files());
}

/**
 * The code of a function with JSON files beside it, and others as they are, put together inside the cloud assembly.
 * Environment variables hold 4 KB, and a model may be larger.
 */
export function functionCodeWithFiles(
  scope: IConstruct, name: string, files: Readonly<Record<string, object>>, asTheyAre: Readonly<Record<string, Buffer>> = {},
): lambda.Code {
  const folder = join(Stage.of(scope)!.outdir, 'functions', `${scope.node.addr}-${name}`);
  mkdirSync(folder, { recursive: true });
  cpSync(join(ASSETS, name), folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(folder, file), JSON.stringify(knownAtSynth(scope, content)));
  }
  for (const [file, content] of Object.entries(asTheyAre)) writeFileSync(join(folder, file), content);
  return lambda.Code.fromAsset(folder);
}
