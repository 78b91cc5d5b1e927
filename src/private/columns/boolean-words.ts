import { ColumnModel } from '../contract';

const TRUE = ['yes', 'y', 't', '1'];
const FALSE = ['no', 'n', 'f', '0'];

/** The words of a boolean column, in small letters. `true` and `false` are always among them: JSON has no others. */
export function booleanWords({ trueValues = TRUE, falseValues = FALSE }: Pick<ColumnModel, 'trueValues' | 'falseValues'>): Record<'true' | 'false', string[]> {
  const inSmallLetters = (words: readonly string[]) => [...new Set(words.map((word) => word.toLowerCase()))];
  return { true: inSmallLetters(['true', ...trueValues]), false: inSmallLetters(['false', ...falseValues]) };
}
