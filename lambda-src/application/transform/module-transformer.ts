import { failureOf, resultOf, RowResult } from '../../domain/transform/transform-result';
import { NumberedRow, RowTransformer, TransformJob } from './transform-rows';

/** What the user's function is told besides the row. */
export interface RowContext {
  readonly row: number;
  readonly uploadId: string;
  readonly tenantId: string;
  readonly fileName: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The user's function of JavaScript; it may return a promise. */
export type TransformFunction = (row: Record<string, string>, context: RowContext) => unknown;

/** Rows under way at the same time, where the function promises its results. */
const MOST_PROMISES = 32;

/** Has the user's function, which is part of this one, transform rows one by one. */
export class ModuleTransformer implements RowTransformer {
  public readonly batchSize = null;
  public readonly concurrency = 1;

  /** @param load throws UploadFailure when there is no function to call */
  constructor(private readonly load: () => Promise<TransformFunction>) {}

  public async transform(rows: readonly NumberedRow[], { upload, file }: TransformJob): Promise<readonly RowResult[]> {
    const transform = await this.load();
    const { uploadId, tenantId } = upload;
    const metadata = Object.freeze({ ...upload.metadata });
    const results: (RowResult | Promise<RowResult>)[] = [];
    const promised: Promise<RowResult>[] = [];
    for (const { row, names, texts } of rows) {
      const result = take(() => transform(objectOf(names, texts), { row, uploadId, tenantId, fileName: file.fileName, metadata }));
      results.push(result);
      if (result instanceof Promise && promised.push(result) >= MOST_PROMISES) await promised.shift();
    }
    return promised.length === 0 ? results as RowResult[] : Promise.all(results);
  }
}

/** Never throws and never rejects: what goes wrong with a row is a result of it. */
function take(call: () => unknown): RowResult | Promise<RowResult> {
  try {
    const value = call();
    return isPromise(value) ? Promise.resolve(value).then(resultOf).catch(failureOf) : resultOf(value);
  } catch (error) {
    return failureOf(error);
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Without a prototype, so that a column may have any name. */
function objectOf(names: readonly string[], texts: readonly string[]): Record<string, string> {
  const object = Object.create(null) as Record<string, string>;
  for (let nth = 0; nth < names.length; nth++) object[names[nth]] = texts[nth];
  return object;
}
