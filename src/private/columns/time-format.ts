/** Forms of dates and times in Unicode's letters (UTS 35), read without dependencies by the constructs and the Lambda code alike. */

export interface TimeFormat {
  /**
   * The text in ISO 8601, `YYYY-MM-DDTHH:mm:ss[.fraction]` and the offset from UTC if the format has one; undefined: it has another
   * form. Whether there is such a day or time is another question.
   */
  read(text: string): string | undefined;
}

type Unit = 'year' | 'month' | 'day' | 'hour' | 'hour12' | 'minute' | 'second' | 'fraction' | 'half' | 'offset';

interface Letters {
  readonly unit: Unit;
  readonly pattern: string;
  /** Characters, where they are digits. */
  readonly width?: readonly [number, number];
}

/** What a format consists of: a letter group, or text as it is. */
export type Part = Letters | string;

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const ONE_OR_TWO = { pattern: '(\\d{1,2})', width: [1, 2] } as const;
const TWO = { pattern: '(\\d{2})', width: [2, 2] } as const;

const LETTERS: Readonly<Record<string, Letters>> = {
  yyyy: { unit: 'year', pattern: '(\\d{4})', width: [4, 4] },
  yy: { unit: 'year', ...TWO },
  M: { unit: 'month', ...ONE_OR_TWO },
  MM: { unit: 'month', ...TWO },
  MMM: { unit: 'month', pattern: `(${MONTHS.map((name) => name.slice(0, 3)).join('|')})` },
  MMMM: { unit: 'month', pattern: `(${MONTHS.join('|')})` },
  d: { unit: 'day', ...ONE_OR_TWO },
  dd: { unit: 'day', ...TWO },
  H: { unit: 'hour', ...ONE_OR_TWO },
  HH: { unit: 'hour', ...TWO },
  h: { unit: 'hour12', ...ONE_OR_TWO },
  hh: { unit: 'hour12', ...TWO },
  m: { unit: 'minute', ...ONE_OR_TWO },
  mm: { unit: 'minute', ...TWO },
  s: { unit: 'second', ...ONE_OR_TWO },
  ss: { unit: 'second', ...TWO },
  a: { unit: 'half', pattern: '([ap]m)' },
  X: { unit: 'offset', pattern: '(z|[+-]\\d{2}(?:\\d{2})?)' },
  XX: { unit: 'offset', pattern: '(z|[+-]\\d{4})' },
  XXX: { unit: 'offset', pattern: '(z|[+-]\\d{2}:\\d{2})' },
  ...Object.fromEntries(Array.from({ length: 9 }, (_, at): [string, Letters] => (
    ['S'.repeat(at + 1), { unit: 'fraction', pattern: `(\\d{${at + 1}})`, width: [at + 1, at + 1] }]
  ))),
};

/** Letters of one kind, text in apostrophes, two apostrophes for one, or any character that is no letter. */
const TOKENS = /([A-Za-z])\1*|'((?:[^']|'')+)'|(?<quote>'')|[^A-Za-z']/gy;

/** Splits a format; a text says what is wrong with it. */
export function parseTimeFormat(format: string): Part[] | string {
  const parts: Part[] = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < format.length) {
    const match = TOKENS.exec(format);
    if (!match) return 'an apostrophe is left open';
    const [token, letter, quoted] = match;
    // A date and a time are so often parted by a T that nobody puts it in apostrophes.
    if (letter === undefined || token === 'T') {
      parts.push(match.groups?.quote ? "'" : quoted?.replaceAll("''", "'") ?? token);
      continue;
    }
    const letters = Object.hasOwn(LETTERS, token) ? LETTERS[token] : undefined;
    if (letters === undefined) return `'${token}' is none of ${Object.keys(LETTERS).filter((name) => !name.startsWith('SS')).join(', ')} to SSSSSSSSS; put text in apostrophes`;
    if (parts.some((part) => typeof part !== 'string' && part.unit === letters.unit)) return `it has the ${NAMES[letters.unit]} twice`;
    parts.push(letters);
  }
  return parts;
}

const NAMES: Readonly<Record<Unit, string>> = {
  year: 'year', month: 'month', day: 'day', hour: 'hour', hour12: 'hour', minute: 'minute', second: 'second', fraction: 'fraction', half: 'half of the day', offset: 'offset',
};

export function unitsOf(parts: readonly Part[]): Unit[] {
  return parts.flatMap((part) => (typeof part === 'string' ? [] : [part.unit]));
}

/** What keeps a format from being one of a date or a timestamp; undefined: nothing. */
export function formatFault(type: 'date' | 'timestamp', format: string): string | undefined {
  const parts = parseTimeFormat(format);
  if (typeof parts === 'string') return parts;
  const units = unitsOf(parts);
  const has = (unit: Unit) => units.includes(unit);
  const missing = (['year', 'month', 'day'] as const).find((unit) => !has(unit));
  if (missing) return `it has no ${missing}`;
  if (type === 'date') return units.length > 3 ? 'a date has no time of day' : runTogether(parts);
  if (!has('hour') && !has('hour12')) return 'it has no hour';
  if (has('hour') && has('hour12')) return 'it has the hour twice';
  if (has('hour12') !== has('half')) return "h and 'a' go together";
  if (has('second') && !has('minute')) return 'it has seconds without minutes';
  if (has('fraction') && !has('second')) return 'it has a fraction without seconds';
  return runTogether(parts);
}

/** `dMyyyy` reads 1112026 in two ways. */
function runTogether(parts: readonly Part[]): string | undefined {
  const together = parts.some((part, at) => {
    const next = parts[at + 1];
    return typeof part !== 'string' && part.width && part.width[0] !== part.width[1] && next !== undefined
      && (typeof next === 'string' ? /^\d/.test(next) : next.width !== undefined);
  });
  return together ? 'digits follow a number of one or two digits' : undefined;
}

/** Whether some text has both forms and another meaning in each, such as 03/04/2026. */
export function areAmbiguous(a: readonly Part[], b: readonly Part[]): boolean {
  return a.length === b.length && a.every((part, at) => overlap(part, b[at])) && unitsOf(a).join() !== unitsOf(b).join();
}

function overlap(a: Part, b: Part): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  if (!a.width || !b.width) return a.unit === b.unit;
  return a.width[0] <= b.width[1] && b.width[0] <= a.width[1];
}

/** Whether what has the form may be a number, such as 20260131 or 20260131.1200. */
export function looksLikeNumber(parts: readonly Part[]): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(parts.map((part) => (typeof part === 'string' ? part : part.width ? '0' : 'x')).join(''));
}

/** Compiles a format that `formatFault` finds nothing wrong with. */
export function compileTimeFormat(format: string): TimeFormat {
  const parts = parseTimeFormat(format) as Part[];
  const source = parts.map((part) => (typeof part === 'string' ? part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') : part.pattern)).join('');
  // Names of months, am, pm and z are read in any case.
  const pattern = new RegExp(`^${source}$`, 'i');
  const units = unitsOf(parts);
  const at = (unit: Unit) => units.indexOf(unit) + 1;
  const [year, month, day, hour, hour12, half] = (['year', 'month', 'day', 'hour', 'hour12', 'half'] as const).map(at);
  const [minute, second, fraction, offset] = (['minute', 'second', 'fraction', 'offset'] as const).map(at);
  return {
    read(text) {
      const match = pattern.exec(text);
      if (match === null) return undefined;
      const date = `${fullYear(match[year])}-${monthOf(match[month])}-${twoDigits(match[day])}`;
      const hours = hour12 ? hourOf(match[hour12], match[half]) : hour ? twoDigits(match[hour]) : '00';
      if (hours === undefined) return undefined;
      const minutes = minute ? twoDigits(match[minute]) : '00';
      const seconds = second ? twoDigits(match[second]) : '00';
      const time = `${hours}:${minutes}:${seconds}${fraction ? `.${match[fraction]}` : ''}`;
      return `${date}T${time}${offset ? withMinutes(match[offset].toUpperCase()) : ''}`;
    },
  };
}

/** POSIX's rule for years of two digits (strptime, %y): 69 to 99 are of the 20th century. */
function fullYear(year: string): string {
  if (year.length > 2) return year;
  return `${year >= '69' ? '19' : '20'}${year}`;
}

function monthOf(month: string): string {
  if (/^\d/.test(month)) return twoDigits(month);
  const name = month.toLowerCase();
  return twoDigits(String(MONTHS.findIndex((full) => full.startsWith(name)) + 1));
}

/** Noon is 12 pm and midnight 12 am. */
function hourOf(hour: string, half: string): string | undefined {
  const number = Number(hour);
  if (number < 1 || number > 12) return undefined;
  return twoDigits(String((number % 12) + (/p/i.test(half) ? 12 : 0)));
}

function withMinutes(offset: string): string {
  return offset.length === 3 ? `${offset}:00` : offset;
}

function twoDigits(number: string): string {
  return number.length < 2 ? `0${number}` : number;
}
