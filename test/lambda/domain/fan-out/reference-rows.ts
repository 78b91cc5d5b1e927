import { parse } from 'csv-parse/sync';

/** Rows as csv-parse has them, and where they are: it ends a row behind its line end, and passes blank lines over. */
export interface ReferenceRow {
  readonly fields: readonly string[];
  /** Its first byte. */
  readonly from: number;
}

export function referenceRows(bytes: Buffer): ReferenceRow[] {
  const rows = parse(bytes, {
    bom: true, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, skip_empty_lines: true, info: true,
  }) as unknown as { record: string[]; info: { bytes: number } }[];
  const hasBom = bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF;
  return rows.map(({ record }, nth) => {
    // Blank lines between two rows belong to none of them.
    let from = nth === 0 ? (hasBom ? 3 : 0) : rows[nth - 1].info.bytes;
    while (bytes[from] === 10 || bytes[from] === 13) from++;
    return { fields: record, from };
  });
}
