import { createHash } from 'crypto';
import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { Env, RecordModel, TransformFile } from '../private/contract';
import { numberText, secondsText } from '../private/functions/environment';
import { functionOfThisApp } from '../private/functions/function-of-this-app';
import { validateTransformTimeout } from '../private/ingest/handler-limits';
import { grantInvoke } from '../private/ingest/processor-permissions';
import { DEFAULT_FUNCTION_TIMEOUT, MAX_FUNCTION_TIMEOUT } from '../private/ingest/queue-limits';
import { readTransformModule, TransformModule } from '../private/ingest/transform-module';
import { validateDuration, validateInteger } from '../private/validation';
import { warn } from '../private/warnings';
import { FunctionTransformProps } from './row-transform-props';

type TransformModel = Pick<RecordModel, 'transform' | 'transformDigest'>;

/**
 * Turns every row of a file into another one, or into none, before it is typed and checked: the schema describes what it makes.
 *
 * A row comes as its file's header and format say: as wide as `RaggedRows` makes it, the columns of the schema by their own names, by
 * whatever alias or in whatever spelling the file has them, and others by the file's. Names in what it becomes are understood like
 * those in a header; two of one column, or one that the schema does not know, reject the row (`DUPLICATE_COLUMN`, `UNKNOWN_COLUMN`).
 * Rejects show the row as it was in the file.
 *
 * One row becomes one row at most, and rows are told apart by their numbers, so that a retry writes the same records. Work that was
 * interrupted goes on from its last checkpoint, and rows after it are transformed again: the same row must become the same.
 */
export abstract class RowTransform {
  /**
   * A JavaScript function of the user's, run inside the processor: CommonJS (`.js`, `.cjs`) or an ES module (`.mjs`), in one file
   * that needs nothing but what Node.js 24 brings. It is copied at synth, without a bundler; bundle a larger one yourself before, for
   * example with `esbuild transform.ts --bundle --platform=node --outfile=transform.js`.
   *
   * ```js
   * module.exports = (row, context) => ({ ...row, name: row.name.toUpperCase(), row: context.row });
   * ```
   *
   * It exports one function (`module.exports` or `default`), which gets the row, an object of texts by column, and
   * `{ row, uploadId, tenantId, fileName, metadata }`, where `row` counts from 1 in its file. A column without a name is `column_2`, say,
   * and one of the schema that a row of JSON lacks an empty text. It returns, or promises,
   *
   * - an object of values by column: numbers, booleans and anything else become the texts that a file would have, and strings are such
   *   texts already. Of a file of JSON, too, the row has texts of its columns' forms: a number is `1,5` with `Normalizer.DECIMAL_COMMA`,
   *   and a string of a column of JSON has its quotes;
   * - `null` or `undefined`: the row is dropped, and counted as such.
   *
   * A row for which it throws is rejected with `TRANSFORM_FAILED` and the error's message, one for which it returns something else
   * with `INVALID_TRANSFORM`. A module that cannot be loaded fails uploads with `TRANSFORM_NOT_LOADED`. Where it promises something, up
   * to 32 rows are under way at the same time.
   *
   * @param path of the file, from where the app is synthesized unless it is absolute; at most 10 MiB
   */
  public static module(path: string): RowTransform {
    return new ModuleTransform(path);
  }

  /**
   * A Lambda function, in any language, that takes rows in batches, in the shape of Amazon Data Firehose's data transformation. From this
   * app, or imported by its ARN; also behind an alias or a version.
   *
   * It gets `{ invocationId, deliveryStreamArn, region, records: [{ recordId, approximateArrivalTimestamp, data }], upload }`: `data`
   * is the base64 of a JSON object of texts by column, `recordId` the number of the row in its file, `deliveryStreamArn` the ARN of
   * the file, and `upload` is `{ uploadId, tenantId, fileName, metadata }`. It answers `{ records: [{ recordId, result, data }] }` with
   * every `recordId` once, in any order, where `result` is
   *
   * - `Ok`: `data` is the base64 of a JSON object of values by column; anything else rejects the row with `INVALID_TRANSFORM`;
   * - `Dropped`: the row is left out, and counted as such;
   * - `ProcessingFailed`: the row is rejected with `TRANSFORM_FAILED`.
   *
   * Another answer fails the upload with `INVALID_TRANSFORM`. An error that the function throws means: try again, as often as the queue
   * allows, or in a fan-out six times for each range; the upload then fails with `TRANSFORM_UNAVAILABLE`. An answer has at most 6 MB
   * (Lambda's limit); of a batch whose answer is larger each half is tried.
   */
  public static function(fn: lambda.IFunction, props: FunctionTransformProps = {}): RowTransform {
    return new FunctionTransform(fn, props);
  }

  /** @internal */
  public abstract _toModel(): TransformModel;

  /** Checked when the processor is declared. @internal */
  public abstract _validate(processorTimeout: Duration): void;

  /** What stands beside the code of every function that transforms rows, by name. @internal */
  public abstract _files(): Readonly<Record<string, Buffer>>;

  /** What such a function is told. @internal */
  public abstract _environment(): Record<string, string>;

  /** What such a function may. @internal */
  public abstract _grantTo(transforming: lambda.IFunction): void;

  /** What cannot be known at synth; called once. @internal */
  public abstract _warn(scope: IConstruct): void;
}

class ModuleTransform extends RowTransform {
  private readonly module: TransformModule;

  public constructor(path: string) {
    super();
    this.module = readTransformModule(path);
  }

  public _toModel(): TransformModel {
    const digest = createHash('sha256').update(this.module.content).digest('base64url').slice(0, 22);
    return { transform: 'module', transformDigest: digest };
  }

  public _validate(): void {}

  public _files(): Readonly<Record<string, Buffer>> {
    const { isEsModule, content } = this.module;
    return { [isEsModule ? TransformFile.ES_MODULE : TransformFile.COMMONJS]: content };
  }

  public _environment(): Record<string, string> {
    return {};
  }

  public _grantTo(): void {}

  public _warn(scope: IConstruct): void {
    const { foreignImports, isEsModule, path, seemsToExport } = this.module;
    if (!seemsToExport) {
      warn(scope, 'transformExports',
        `The transform ${path} seems to export no function: it must be ${isEsModule ? 'its default export' : "'module.exports' or 'exports.default'"}, or uploads fail with TRANSFORM_NOT_LOADED`);
    }
    if (foreignImports.length === 0) return;
    warn(scope, 'transformImports',
      `The transform ${path} seems to load ${foreignImports.join(', ')}: it must be one file, and finds nothing but what Node.js brings; bundle it, for example with esbuild --bundle --platform=node`);
  }
}

class FunctionTransform extends RowTransform {
  private readonly timeout?: Duration;

  public constructor(private readonly fn: lambda.IFunction, private readonly props: FunctionTransformProps) {
    super();
    validateInteger('batchSize', props.batchSize, 1, 10_000);
    validateInteger('concurrency', props.concurrency, 1, 100);
    validateDuration('timeout', props.timeout, Duration.seconds(1), MAX_FUNCTION_TIMEOUT);
    const ours = functionOfThisApp(fn);
    this.timeout = props.timeout ?? (ours && (ours.timeout ?? DEFAULT_FUNCTION_TIMEOUT));
  }

  public _toModel(): TransformModel {
    return { transform: 'function' };
  }

  public _validate(processorTimeout: Duration): void {
    validateTransformTimeout(this.timeout, processorTimeout);
  }

  public _files(): Readonly<Record<string, Buffer>> {
    return {};
  }

  public _environment(): Record<string, string> {
    return {
      [Env.TRANSFORM_FUNCTION]: this.fn.functionArn,
      [Env.TRANSFORM_BATCH_SIZE]: numberText(this.props.batchSize ?? 500),
      [Env.TRANSFORM_CONCURRENCY]: numberText(this.props.concurrency ?? 4),
      [Env.TRANSFORM_TIMEOUT_SECONDS]: this.timeout ? secondsText(this.timeout) : '0',
    };
  }

  public _grantTo(transforming: lambda.IFunction): void {
    grantInvoke(this.fn, transforming);
  }

  public _warn(scope: IConstruct): void {
    if (this.timeout) return;
    warn(scope, 'transformTimeoutUnknown', "The transform's timeout is not known: it must be at most four fifths of the processor's");
  }
}
