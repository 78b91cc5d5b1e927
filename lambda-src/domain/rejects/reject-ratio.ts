/** Decimals of so many digits are different numbers, all of them. What has more was computed, such as a third. */
const MOST_DIGITS = 15;
const SHOWN_OF_COMPUTED = 4;

/** Whether so many of all rows are at most the part that somebody wrote as a decimal, next to which there is only a binary number. */
export function isWithinRatio(rejected: number, total: number, ratio: number): boolean {
  if (total === 0) return true;
  // Rounding makes different numbers the same, but never changes their order.
  const part = rejected / total;
  if (part !== ratio) return part < ratio;
  const { digits, decimals } = decimalOf(ratio);
  return digits.length > MOST_DIGITS || BigInt(rejected) * 10n ** BigInt(decimals) <= BigInt(digits) * BigInt(total);
}

/** As people would write it: `29 %`. */
export function percentage(ratio: number): string {
  const isWritten = decimalOf(ratio).digits.length <= MOST_DIGITS;
  return `${(ratio * 100).toLocaleString('en', { maximumSignificantDigits: isWritten ? MOST_DIGITS : SHOWN_OF_COMPUTED })} %`;
}

/** The shortest decimal that is this number: its digits, and how many of them are behind the point. */
function decimalOf(ratio: number): { readonly digits: string; readonly decimals: number } {
  const [significand, exponent] = ratio.toExponential().split('e');
  const digits = significand.replace('.', '');
  return { digits, decimals: digits.length - 1 - Number(exponent) };
}
