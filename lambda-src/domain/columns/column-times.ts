import { compareTimestamps, isDate } from '../../../src/private/columns/calendar';
import { ISO, dateReader, timestampReader } from '../../../src/private/columns/time-reader';
import { TimeZone, timeZone } from '../../../src/private/columns/time-zone';
import { ColumnModel } from '../../../src/private/contract';
import { Problem, listOf, quote } from '../rejects/reject';
import { Convert, ParseValue, bounded } from './column-parts';

const EXAMPLES = { date: '2026-01-31', timestamp: '2026-01-31T12:00:00Z' } as const;
/** Names of ours say nothing to whoever uploads a file. */
const EPOCH_EXAMPLES: Readonly<Record<string, string>> = { epoch_second: '1769860800', epoch_millis: '1769860800000' };
const CODES = { date: 'NOT_A_DATE', timestamp: 'NOT_A_TIMESTAMP' } as const;
const NOT_A_DATE = new Problem(CODES.date, `be a date such as ${EXAMPLES.date}`);
const NOT_A_TIMESTAMP = new Problem(CODES.timestamp, `be a timestamp such as ${EXAMPLES.timestamp}`);

/** Dates in ISO 8601. */
export function compileDate(column: ColumnModel): ParseValue {
  const parse: ParseValue = (text) => (isDate(text) ? { S: text } : NOT_A_DATE);
  return bounded(column, parse, (bound) => (date) => (date < bound ? -1 : Number(date > bound)));
}

/** Timestamps in ISO 8601, of the column's zone if they have no offset. */
export function compileTimestamp(column: ColumnModel): ParseValue {
  const read = timestampReader(undefined, zoneOf(column));
  const parse: ParseValue = (text) => {
    const timestamp = read(text);
    return timestamp === undefined ? NOT_A_TIMESTAMP : { S: timestamp };
  };
  return bounded(column, parse, (bound) => (timestamp) => compareTimestamps(timestamp, bound));
}

/** Makes ISO 8601 of the column's formats; undefined: it has none. */
export function timeConverter(column: ColumnModel, type: 'date' | 'timestamp'): Convert | undefined {
  const { formats } = column;
  if (formats === undefined) return undefined;
  const read = type === 'date' ? dateReader(formats) : timestampReader(formats, zoneOf(column));
  const forms = formats.map((format) => (format === ISO ? EXAMPLES[type] : EPOCH_EXAMPLES[format] ?? quote(format)));
  const problem = new Problem(CODES[type], `be a ${type} of the form ${listOf(forms)}`);
  return (text) => read(text) ?? problem;
}

function zoneOf({ name, timeZone: zone }: ColumnModel): TimeZone | undefined {
  if (zone === undefined) return undefined;
  const known = timeZone(zone);
  if (known === undefined) throw new Error(`'timeZone' of column '${name}' must be a name of IANA's, got ${quote(zone)}`);
  return known;
}
