import { NormalizerModel } from '../contract';

/** What is done to a field before it is looked at. */
export type Normalize = (text: string) => string;

const TEXTS: Readonly<Record<Exclude<NormalizerModel, 'decimalComma'>, Normalize>> = {
  trim: (text) => text.trim(),
  lowerCase: (text) => text.toLowerCase(),
  upperCase: (text) => text.toUpperCase(),
  collapseSpaces: (text) => text.replace(/\s+/g, ' '),
};

/** The normalizers of texts, one after the other; undefined: there are none. */
export function textNormalizer(normalizers: readonly NormalizerModel[] = []): Normalize | undefined {
  const steps = normalizers.flatMap((name) => (name === 'decimalComma' ? [] : [TEXTS[name]]));
  if (steps.length === 0) return undefined;
  return steps.reduce((first, second) => (text) => second(first(text)));
}

/** Thousands in threes, by points, apostrophes or the spaces that are used for it: all by the same. */
const GROUPED = /^[+-]?\d{1,3}(?:([.'’ \u00a0\u202f\u2009])\d{3})(?:\1\d{3})*(?:,\d*)?$/;
const PLAIN = /^[+-]?(?=,?\d)\d*(?:,\d*)?(?:[eE][+-]?\d+)?$/;

/** `1.234,56` as `1234.56`. undefined: it is no number with a decimal comma; `1.5` is none either, where it would mean something else. */
export function fromDecimalComma(text: string): string | undefined {
  if (PLAIN.test(text)) return text.replace(',', '.');
  return GROUPED.test(text) ? text.replace(/[.'’ \u00a0\u202f\u2009]/g, '').replace(',', '.') : undefined;
}
