import { CSV, CsvModel, FormatModel, KEY_VARIABLES, RecordModel } from '../contract';
import { namesInTemplate } from '../ingest/key-template';

/**
 * Every range is an item of a Distributed Map, and the list of their numbers its input: 5,000 of up to five bytes are a tenth of
 * what a state may be given (256 KiB; Step Functions Developer Guide, "Quotas").
 */
export const MOST_RANGES = 5_000;

/**
 * Why the rows of a file cannot be worked on in any order, and by functions that know nothing of each other; undefined: they can.
 * Worded to follow "because".
 */
export function whyNotFanOut(model: RecordModel): string | undefined {
  if (model.duplicateKeys !== 'unchecked' && !isUniquePerRow(model)) {
    return "which of two rows with one key is the later one matters: let the keys be unique per row ('{row}'), or use DuplicateKeys.UNCHECKED";
  }
  const unique = model.columns?.find((column) => column.unique);
  if (unique) return `values of the column '${unique.name}' must be unique, for which all rows must be known`;
  if (model.rejects?.dryFirst) return 'all rows must be known to be good before the first one is written';
  if (!(model.formats ?? [CSV]).some(canBeCut)) {
    return 'its formats do not let a row be found from the middle of a file: that takes CSV in UTF-8 without comments, whose quote is its own escape, or NDJSON';
  }
  return undefined;
}

/** Of the variables only the row changes within a file. A column beside it could make two rows look the same again. */
export function isUniquePerRow({ keys }: Pick<RecordModel, 'keys'>): boolean {
  const variables: readonly string[] = KEY_VARIABLES;
  return [keys.partitionKey, keys.sortKey]
    .map(namesInTemplate)
    .some((names) => names.includes('row') && names.every((name) => variables.includes(name)));
}

/** Whether rows can be found in a part of a file of this format, if its encoding turns out to be UTF-8. */
export function canBeCut(format: FormatModel): boolean {
  if (format.encoding !== null && format.encoding !== 'utf-8') return false;
  return format.kind === 'csv' ? isPlain(format) : format.kind === 'ndjson';
}

function isPlain({ quote, escape, comment, delimiter }: CsvModel): boolean {
  return comment === null
    && (quote === null || (escape === quote && isAscii(quote)))
    && (delimiter === null || isAscii(delimiter));
}

function isAscii(character: string): boolean {
  return character.length === 1 && character.charCodeAt(0) < 0x80;
}
