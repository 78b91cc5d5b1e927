import { join } from 'node:path';
import { type CsvDialect } from '../../lambda-src/adapters/rows/csv-dialect';
import { type CsvStart, readCsv } from '../../lambda-src/adapters/rows/csv-rows';
import { type RowBatch } from '../../lambda-src/application/ingest/row-source';
import { CSV } from '../../src/private/contract';

/** Data of public test suites; each has a README that says where it comes from. */
export const CSV_SUITES = join(__dirname, '..', 'fixtures', 'csv-suites');

export const DIALECT: CsvDialect = { ...CSV, delimiter: ',' };
export const FROM_START: CsvStart = { offset: 0, header: null, before: Infinity };

/** The bytes in chunks of these sizes, the last one again and again. */
export async function* chunksOf(content: string | Uint8Array, sizes: readonly number[] = [64 * 1024]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0, chunk = 0; at < bytes.length; chunk++) {
    const size = sizes[Math.min(chunk, sizes.length - 1)];
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

export interface CsvContent {
  /** Null: the file has no row at all. */
  readonly header: readonly string[] | null;
  readonly rows: readonly (readonly string[])[];
  readonly ends: readonly number[];
}

export interface Reading {
  readonly dialect?: Partial<CsvDialect>;
  readonly sizes?: readonly number[];
  /** What comes before `start.offset` is not given to the reader. */
  readonly start?: Partial<CsvStart>;
}

/** All that a file holds. */
export async function readContent(content: string | Uint8Array, reading: Reading = {}): Promise<CsvContent> {
  const { failure, ...found } = await readUpToFailure(content, reading);
  if (failure !== undefined) throw failure;
  return found;
}

/** All that a file holds, or all before what is wrong with it. */
export async function readUpToFailure(
  content: string | Uint8Array, { dialect, sizes, start }: Reading = {},
): Promise<CsvContent & { readonly failure?: unknown }> {
  const from = { ...FROM_START, ...start };
  const batches: RowBatch[] = [];
  const found = () => ({
    header: batches.length === 0 ? null : batches[0].header,
    rows: batches.flatMap(({ rows }) => rows as string[][]),
    ends: batches.flatMap(({ ends }) => ends),
  });
  try {
    for await (const batch of readCsv(chunksOf(Buffer.from(content).subarray(from.offset), sizes), { ...DIALECT, ...dialect }, from)) {
      if (batches.length > 0) expect(batch.header).toBe(batches[0].header);
      expect(batch.ends).toHaveLength(batch.rows.length);
      batches.push(batch);
    }
    return found();
  } catch (failure) {
    return { ...found(), failure };
  }
}

/** All rows, of which the first is the header. */
export async function readRows(content: string | Uint8Array, reading: Reading = {}): Promise<readonly (readonly string[])[]> {
  const { header, rows } = await readContent(content, reading);
  return header === null ? rows : [header, ...rows];
}
