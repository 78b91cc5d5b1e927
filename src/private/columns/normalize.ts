import { NormalizerModel } from '../contract';

/** What is done to a field before it is looked at. */
export type Normalize = (text: string) => string;

/** What is for numbers only. */
type NumberNormalizer = 'decimalComma' | 'thousandsSeparators';

const TEXTS: Readonly<Record<Exclude<NormalizerModel, NumberNormalizer>, Normalize>> = {
  trim: (text) => text.trim(),
  lowerCase: (text) => text.toLowerCase(),
  upperCase: (text) => text.toUpperCase(),
  collapseSpaces: (text) => text.replace(/\s+/g, ' '),
};

/** The normalizers of texts, one after the other; undefined: there are none. */
export function textNormalizer(normalizers: readonly NormalizerModel[] = []): Normalize | undefined {
  const steps = normalizers.flatMap((name) => (name === 'decimalComma' || name === 'thousandsSeparators' ? [] : [TEXTS[name]]));
  if (steps.length === 0) return undefined;
  return steps.reduce((first, second) => (text) => second(first(text)));
}

/** Reads a number in a form of its own as JavaScript has it; undefined: it is none. */
export type ReadNumber = (text: string) => string | undefined;

/** How the normalizers have numbers written; undefined: as JavaScript has them. */
export function numberReader(normalizers: readonly NormalizerModel[] = []): ReadNumber | undefined {
  if (normalizers.includes('decimalComma')) return fromDecimalComma;
  return normalizers.includes('thousandsSeparators') ? fromThousands : undefined;
}

/**
 * Thousands in threes, by apostrophes, the spaces that are used for it, or that of point and comma which is no decimal sign: all by the
 * same. `0.123` is none: what begins with 0 is less than a thousand.
 */
const GROUPED_WITH_COMMA = /^[+-]?[1-9]\d{0,2}(?:([.'’ \u00a0\u202f\u2009])\d{3})(?:\1\d{3})*(?:,\d*)?$/;
const GROUPED_WITH_POINT = /^[+-]?[1-9]\d{0,2}(?:([,'’ \u00a0\u202f\u2009])\d{3})(?:\1\d{3})*(?:\.\d*)?$/;
const PLAIN_WITH_COMMA = /^[+-]?(?=,?\d)\d*(?:,\d*)?(?:[eE][+-]?\d+)?$/;
const PLAIN_WITH_POINT = /^[+-]?(?=\.?\d)\d*(?:\.\d*)?(?:[eE][+-]?\d+)?$/;

/** `1.234,56` as `1234.56`. `1.5` is no number with a decimal comma, where it would mean something else. */
function fromDecimalComma(text: string): string | undefined {
  if (PLAIN_WITH_COMMA.test(text)) return text.replace(',', '.');
  return GROUPED_WITH_COMMA.test(text) ? text.replace(/[.'’ \u00a0\u202f\u2009]/g, '').replace(',', '.') : undefined;
}

/** `1,234.56` as `1234.56`. `1,5` is no number of thousands, but may be one with a decimal comma. */
function fromThousands(text: string): string | undefined {
  if (PLAIN_WITH_POINT.test(text)) return text;
  return GROUPED_WITH_POINT.test(text) ? text.replace(/[,'’ \u00a0\u202f\u2009]/g, '') : undefined;
}
