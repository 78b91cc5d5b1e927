import { copyFileSync, mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { RECORD_MODEL_FILE, RecordModel } from './contract';
import { resolveRecordModel } from './record-model';

/** Where the build leaves the bundled functions, seen from `lib/private` (and from `src/private` in tests). */
const ASSETS = join(__dirname, '..', '..', 'assets');

/** The code of a function, bundled when this package was built. */
export function functionCode(name: string): lambda.Code {
  return lambda.Code.fromAsset(join(ASSETS, name));
}

/**
 * The code of a function with the record model beside it, put together inside the cloud assembly.
 * Environment variables hold 4 KB, and a record model may be larger.
 */
export function functionCodeWithModel(scope: IConstruct, name: string, model: RecordModel): lambda.Code {
  const content = resolveRecordModel(scope, model);
  const folder = join(Stage.of(scope)!.outdir, 'functions', `${scope.node.addr}-${name}`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(ASSETS, name, 'index.js'), join(folder, 'index.js'));
  writeFileSync(join(folder, RECORD_MODEL_FILE), JSON.stringify(content));
  return lambda.Code.fromAsset(folder);
}
