import { ColumnModel } from '../contract';

/** How names are compared when case, white space, `_` and `-` make no difference. */
export function looseName(name: string): string {
  const plain = name.normalize('NFC').toLowerCase();
  // A name of nothing else is still one.
  return plain.replace(/[\s_-]+/g, '') || plain;
}

/** Finds the column that a name in a header stands for: its own name, or an alias. */
export function columnFinder(columns: readonly ColumnModel[], loose: boolean | undefined): (name: string) => ColumnModel | undefined {
  const form = loose ? looseName : (name: string) => name;
  const found = new Map(columns.flatMap((column) => [column.name, ...(column.aliases ?? [])].map((name) => [form(name), column] as const)));
  return (name) => found.get(form(name));
}
