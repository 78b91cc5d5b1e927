/** Time zones as the engine's own tables have them (IANA); the constructs check with it what the Lambda code reads with it. */
export interface TimeZone {
  /**
   * The point in time at which clocks of the zone show a local one, both as `YYYY-MM-DDTHH:mm:ss[.fraction]Z`. Of two, as when clocks
   * are put back, it is the earlier one; undefined when there is none, as when they are put forward, or none in the years 1 to 9999.
   */
  toUtc(local: string): string | undefined;
}

export const UTC: TimeZone = { toUtc: (local) => local };

/** undefined: the engine knows no such zone. */
export function timeZone(name: string): TimeZone | undefined {
  if (name === 'UTC') return UTC;
  // Offsets such as +01:00 are none of IANA's names, though some engines take them.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  return fromOffsets(offsetsOf(format));
}

const DAY = 24 * 60 * 60 * 1000;
/** The years 1 to 9999. */
const [FIRST, LAST] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59Z')];
/** Twice as many days as most files have, in a few megabytes. */
const REMEMBERED_DAYS = 20_000;

/** Milliseconds that clocks are ahead of UTC, by time. */
type OffsetAt = (time: number) => number;

function fromOffsets(offsetAt: OffsetAt): TimeZone {
  return {
    toUtc(local) {
      const shown = Date.parse(`${local.slice(0, 19)}Z`);
      const [before, after] = [offsetAt(shown - DAY), offsetAt(shown + DAY)];
      // Clocks that are put back show the time before it first; that is the greater offset.
      const possible = [Math.max(before, after), Math.min(before, after)];
      const offset = before === after ? before : possible.find((one) => offsetAt(shown - one) === one);
      if (offset === undefined) return undefined;
      const time = shown - offset;
      return time < FIRST || time > LAST ? undefined : new Date(time).toISOString().slice(0, 19) + local.slice(19);
    },
  };
}

/** Asking the engine takes longer than reading a whole row, and on nearly all days the answer is one and the same. */
function offsetsOf(format: Intl.DateTimeFormat): OffsetAt {
  const ask: OffsetAt = (time) => offsetIn(format.format(time));
  let days = new Map<number, number | undefined>();
  return (time) => {
    const day = Math.floor(time / DAY);
    let offset = days.get(day);
    if (offset !== undefined) return offset;
    if (!days.has(day)) {
      offset = ask(day * DAY);
      if (offset !== ask((day + 1) * DAY)) offset = undefined;
      if (days.size >= REMEMBERED_DAYS) days = new Map();
      days.set(day, offset);
    }
    return offset ?? ask(time);
  };
}

/** Of a text that ends in `GMT`, `GMT-03:30` or, as before there was standard time, `GMT+00:53:28`. */
function offsetIn(text: string): number {
  const match = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (!match) return 0;
  const [, sign, hours, minutes, seconds = '0'] = match;
  return (sign === '-' ? -1000 : 1000) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
}
