/** Dates and times as text, without dependencies: the constructs check with it what the Lambda code reads with it. */

const DATE = /^\d{4}-\d\d-\d\d$/;
const NORMALIZED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{0,8}[1-9])?Z$/;
const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))?$/;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a text is a day of the calendar from 0001-01-01 to 9999-12-31, as `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  return DATE.test(text) && startsWithDate(text);
}

/**
 * The point in time that an ISO 8601 text denotes, in UTC, as `YYYY-MM-DDTHH:mm:ss[.fraction]Z`; no zone means UTC.
 * undefined when there is no such point between the years 1 and 9999.
 */
export function normalizeTimestamp(text: string): string | undefined {
  if (NORMALIZED.test(text)) return startsWithDate(text) && isTime(text, 11) && pair(text, 17) < 60 ? text : undefined;

  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, date, time, seconds = '00', fraction = '', sign, hours = '00', minutes = '00'] = match;
  if (!startsWithDate(date) || !isTime(time, 0) || pair(seconds, 0) > 59) return undefined;
  const shifted = sign === undefined ? `${date}T${time}` : inUtc(date, time, sign, hours, minutes);
  if (shifted === undefined) return undefined;
  const digits = fraction.replace(/0+$/, '');
  return `${shifted}:${seconds}${digits && `.${digits}`}Z`;
}

/** Compares normalized timestamps by instant: without the Z, a fraction sorts after its whole second. */
export function compareTimestamps(a: string, b: string): number {
  const [left, right] = [a.slice(0, -1), b.slice(0, -1)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const MINUTES_A_DAY = 24 * 60;

function inUtc(date: string, time: string, sign: string, hours: string, minutes: string): string | undefined {
  if (!isTime(`${hours}:${minutes}`, 0)) return undefined;
  const offset = pair(hours, 0) * 60 + pair(minutes, 0);
  const minute = pair(time, 0) * 60 + pair(time, 3) + (sign === '-' ? offset : -offset);
  const day = minute < 0 ? shiftDay(date, -1) : minute >= MINUTES_A_DAY ? shiftDay(date, 1) : date;
  const ofDay = (minute + MINUTES_A_DAY) % MINUTES_A_DAY;
  return day && `${day}T${twoDigits(Math.floor(ofDay / 60))}:${twoDigits(ofDay % 60)}`;
}

/** The day before or after; undefined beyond the years that have four digits, the year 0000 included. */
function shiftDay(date: string, by: 1 | -1): string | undefined {
  const day = new Date(Date.parse(date) + by * MINUTES_A_DAY * 60_000).toISOString().slice(0, 10);
  return DATE.test(day) && startsWithDate(day) ? day : undefined;
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

function startsWithDate(text: string): boolean {
  const year = pair(text, 0) * 100 + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= DAYS[month - 1] + (leap ? 1 : 0);
}

function isTime(text: string, at: number): boolean {
  return pair(text, at) < 24 && pair(text, at + 3) < 60;
}

/** The number of two digits; the patterns above have made sure of them. */
function pair(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}
