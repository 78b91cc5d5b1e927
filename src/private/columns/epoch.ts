/** Times that are counted from 1970-01-01T00:00:00Z on, under the names that Elasticsearch and OpenSearch have for them. */

const SECONDS = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?$/;
const MILLISECONDS = /^(-?)(\d{1,15})(?:\.(\d{1,6}))?$/;

/** The years 1 to 9999. */
const [FIRST, LAST] = [Date.parse('0001-01-01T00:00:00Z') / 1000, Date.parse('9999-12-31T23:59:59Z') / 1000];

/** What reads such a number as ISO 8601 in UTC, by the name of its form; undefined: it is none, or in no year from 1 to 9999. */
export const EPOCHS: ReadonlyMap<string, (text: string) => string | undefined> = new Map([
  ['epoch_second', (text: string) => {
    const match = SECONDS.exec(text);
    return match ? timestamp(match[1], match[2], match[3]) : undefined;
  }],
  ['epoch_millis', (text: string) => {
    const match = MILLISECONDS.exec(text);
    if (match === null) return undefined;
    const [, sign, digits, fraction = ''] = match;
    const whole = digits.padStart(4, '0');
    return timestamp(sign, whole.slice(0, -3), whole.slice(-3) + fraction);
  }],
]);

const NANOSECONDS = 1_000_000_000;

function timestamp(sign: string, whole: string, fraction = ''): string | undefined {
  let seconds = Number(whole);
  let nanoseconds = Number(fraction.padEnd(9, '0'));
  if (sign === '-') {
    seconds = nanoseconds === 0 ? -seconds : -seconds - 1;
    nanoseconds = (NANOSECONDS - nanoseconds) % NANOSECONDS;
  }
  if (seconds < FIRST || seconds > LAST) return undefined;
  const digits = nanoseconds === 0 ? '' : `.${String(nanoseconds).padStart(9, '0').replace(/0+$/, '')}`;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${digits}Z`;
}
