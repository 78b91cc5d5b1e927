import { isDate, normalizeTimestamp } from './calendar';
import { EPOCHS } from './epoch';
import { TimeFormat, compileTimeFormat } from './time-format';
import { TimeZone, UTC } from './time-zone';

/** The one way to write what a text denotes; undefined: it is no date, or no timestamp, in any of the forms. */
export type ReadText = (text: string) => string | undefined;

/** Name of ISO 8601 among the formats. */
export const ISO = 'iso';

const HAS_OFFSET = /(?:Z|[+-]\d\d:?\d\d)$/;

/** Dates come out as `YYYY-MM-DD`. */
export function dateReader(formats: readonly string[] = [ISO]): ReadText {
  return firstOf(formats, (text) => (isDate(text) ? text : undefined), (format) => (text) => {
    const day = format.read(text)?.slice(0, 10);
    return day !== undefined && isDate(day) ? day : undefined;
  });
}

/** Timestamps come out in UTC; one without an offset is of the zone. */
export function timestampReader(formats: readonly string[] = [ISO], zone: TimeZone = UTC): ReadText {
  const inUtc = zone === UTC ? normalizeTimestamp : (text: string) => {
    const timestamp = normalizeTimestamp(text);
    return timestamp === undefined || HAS_OFFSET.test(text) ? timestamp : zone.toUtc(timestamp);
  };
  return firstOf(formats, inUtc, (format) => (text) => {
    const read = format.read(text);
    return read === undefined ? undefined : inUtc(read);
  });
}

function firstOf(formats: readonly string[], iso: ReadText, reader: (format: TimeFormat) => ReadText): ReadText {
  const readers = formats.map((format) => (format === ISO ? iso : EPOCHS.get(format) ?? reader(compileTimeFormat(format))));
  if (readers.length === 1) return readers[0];
  return (text) => {
    for (const read of readers) {
      const value = read(text);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}
