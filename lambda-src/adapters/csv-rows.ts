import { pipeline, Readable } from 'node:stream';
import { CsvError, parse, Parser } from 'csv-parse';
import { MAX_ITEM_BYTES } from '../../src/private/contract';
import { createTextCheck } from '../domain/text-check';
import { UploadFailure } from '../domain/upload-failure';

/** Far more columns than any item could hold. */
const MAX_FIELDS = 100_000;
/** More than a row within the other limits can have, even if it is all quotes and three-byte characters, and than streams hold back. */
const MAX_BYTES_WITHOUT_ROW = 2_000_000;

/**
 * The rows of a CSV file as RFC 4180 has them, as a stream: CRLF, LF or CR, with or without a byte order mark; empty lines are
 * no rows. Widths are not checked here, since a row that is too short is a reject and no reason to stop.
 */
export async function* csvRows(bytes: Readable, onBytes?: (bytes: number) => void): AsyncGenerator<string[]> {
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    // A quote that is never closed makes the rest of the file one field: stop where no record could be stored any more.
    // Only what is in the fields counts here, so a line of nothing but commas is stopped below.
    max_record_size: MAX_ITEM_BYTES,
  });
  const checkText = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const check = createTextCheck();
    let lines = 0;
    let sinceLine = 0;
    for await (const chunk of chunks) {
      check.push(chunk);
      sinceLine = lines === linesIn(parser) ? sinceLine + chunk.length : chunk.length;
      lines = linesIn(parser);
      if (sinceLine > MAX_BYTES_WITHOUT_ROW) throw tooManyFields();
      onBytes?.(chunk.length);
      yield chunk;
    }
    check.end();
  };
  // Errors reach the loop below through the parser, which pipeline() destroys with them.
  pipeline(bytes, checkText, parser, () => undefined);
  try {
    for await (const row of parser as AsyncIterable<string[]>) {
      if (row.length > MAX_FIELDS) throw tooManyFields();
      yield row;
    }
  } catch (error) {
    throw error instanceof CsvError ? toFailure(error) : error;
  }
}

/** Rows and empty lines that the parser has come to. */
function linesIn({ info }: Parser): number {
  return info.records + info.empty_lines;
}

function tooManyFields(): UploadFailure {
  return new UploadFailure('ROW_TOO_LARGE', `a row must have at most ${MAX_FIELDS} fields`);
}

function toFailure(error: CsvError): UploadFailure {
  const line = typeof error.lines === 'number' ? error.lines : 'unknown';
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new UploadFailure('UNTERMINATED_QUOTE', `a quoted field is still open at the end of the file, which is line ${line}`);
    case 'CSV_MAX_RECORD_SIZE':
      return new UploadFailure('ROW_TOO_LARGE',
        `a row must have at most ${MAX_ITEM_BYTES} bytes; the one at line ${line} has more, or a quote before it is never closed`);
    default:
      return new UploadFailure('MALFORMED_CSV', `line ${line} is not CSV: ${explain(error)}`);
  }
}

function explain({ code }: CsvError): string {
  switch (code) {
    case 'INVALID_OPENING_QUOTE': return 'a field that holds a quote must be quoted, and its quotes doubled';
    case 'CSV_INVALID_CLOSING_QUOTE': return 'a closing quote must be followed by a comma or the end of the line';
    default: return code;
  }
}
