import { RecordModel } from '../../src/private/contract';
import { columnFinder } from '../../src/private/header-names';

/**
 * Whether a column, by whatever name, takes any JSON: a string of a source that is JSON itself is then passed on as JSON too, quotes
 * included. Without them the text `1` could not be told from the number.
 */
export function takesJson({ columns, looseHeader }: Pick<RecordModel, 'columns' | 'looseHeader'>): (name: string) => boolean {
  const json = (columns ?? []).filter(({ type, computed }) => type === 'json' && computed === undefined);
  if (json.length === 0) return () => false;
  const find = columnFinder(json, looseHeader);
  return (name) => find(name.trim()) !== undefined;
}
