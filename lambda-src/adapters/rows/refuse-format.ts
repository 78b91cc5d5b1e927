import { EncodingModel, FormatModel } from '../../../src/private/contract';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { saidDelimiter } from './csv-delimiter';
import { holdsNul } from './decode';
import { packingOf } from './unpack';

/** Of a file's beginning, what is looked at; what decides must not depend on how the file arrives. */
export const LOOK_BYTES = 64 * 1024;

/** What files are that are no text, by their first bytes, and what to do about it. */
const BINARIES: readonly (readonly [RegExp, string, string])[] = [
  [/^PK\x03\x04[^]{0,4096}(?:\[Content_Types\]|xl\/|opendocument)/, 'a spreadsheet or another office document', 'save it as CSV'],
  [/^PK[\x03\x05]/, 'a ZIP archive', 'unpack it, or pack its file with gzip'],
  [/^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/, 'a spreadsheet or another office document', 'save it as CSV'],
  [/^%PDF-/, 'a PDF document', 'export it as CSV'],
  [/^(?:7z\xbc\xaf\x27\x1c|Rar!\x1a\x07)/, 'an archive', 'unpack it, or pack its file with gzip'],
  [/^(?:\xfd7zXZ\x00|BZh[1-9](?:1AY&SY|\x17rE8P)|\x04\x22\x4d\x18)/, 'packed with something else than gzip and zstd', 'pack it with one of these'],
  [/^PAR1[^]*\x00/, 'a Parquet file', 'export it as CSV'],
];

/** Throws UploadFailure when a file's first bytes are those of something that is no text. */
export function refuseBinary(head: Buffer, encoding: EncodingModel): void {
  const start = head.subarray(0, LOOK_BYTES);
  if (packingOf(start)) throw new UploadFailure('NOT_A_TEXT_FILE', 'the file must be text, but it is packed twice: unpack it once');
  const text = start.toString('latin1');
  const [, what, advice] = BINARIES.find(([magic]) => magic.test(text)) ?? [];
  if (what) throw new UploadFailure('NOT_A_TEXT_FILE', `the file must be text, but it is ${what}: ${advice!}`);
  // Binary files are no UTF-8 either, but to be told of a byte helps nobody.
  if (encoding === 'utf-8' && start.includes(0)) throw holdsNul(encoding);
}

const JSON_ARRAY = /^\s*\[\s*(?:[{"]|\]\s*$)/;
const JSON_OBJECT = /^\s*\{\s*["}]/;
const MARKUP = /^\s*<(?:\?xml|!doctype|html)[\s>]/i;
const LINES = 10;

/** Throws UploadFailure when a text begins as no file of its format does. */
export function refuseOtherFormat(head: Buffer, format: FormatModel): void {
  const text = head.subarray(0, LOOK_BYTES).toString().replace(/^\ufeff/, '');
  const looks = MARKUP.test(text) ? 'XML or HTML' : JSON_ARRAY.test(text) ? 'a JSON array' : JSON_OBJECT.test(text) ? 'JSON objects' : null;
  switch (format.kind) {
    case 'csv':
      // Without a header, or with other lines before it, a file may begin with anything.
      if (format.header !== null || format.preambleLines > 0) return;
      if (looks) throw wrong('CSV', `it looks like ${looks}`);
      if (format.delimiter !== null && saidDelimiter(text) !== undefined) throw noHeaderButDelimiter();
      return;
    case 'json':
      if (/\S/.test(text) && !/^\s*\[/.test(text)) throw wrong('a JSON array', looks ? `it looks like ${looks}` : 'it does not begin with [');
      return;
    case 'ndjson': {
      const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '').slice(0, LINES);
      if (looks === 'a JSON array') throw wrong('JSON with an object per line', `it looks like ${looks}`);
      // One bad line is a reject.
      if (lines.length > 0 && lines.every((line) => !line.startsWith('{'))) throw wrong('JSON with an object per line', 'its first lines are no objects');
    }
  }
}

/** No header is like that. */
function noHeaderButDelimiter(): UploadFailure {
  const line = "its first line is 'sep=' with a delimiter, which is for spreadsheets";
  return new UploadFailure('WRONG_FORMAT',
    `the file must begin with its header, but ${line}: delete that line, or have the pipeline detect delimiters`);
}

function wrong(must: string, but: string): UploadFailure {
  return new UploadFailure('WRONG_FORMAT', `the file must be ${must}, but ${but}`);
}
