import { KEY_VARIABLES, KeyVariable } from '../../../src/private/contract';
import { parseKeyTemplate } from '../../../src/private/ingest/key-template';

/** The variables that are the same for every row of a file. */
export interface FileVariables extends Readonly<Record<Exclude<KeyVariable, 'row'>, string>> {
  /** What the upload was told about itself, for computed columns. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Where the values of a column are among those of a row; undefined: the file has no such column. */
export type SlotOf = (column: string) => number | undefined;

export interface KeyTemplate {
  /** The key of a record, by the values of its row; undefined when one of them is missing or empty. */
  render(values: readonly string[], row: number): string | undefined;
  /** The first column or variable that keeps a record from having a key; empty when the whole key is. */
  missingFrom(values: readonly string[], row: number): string;
}

/** A text, or where it is to be found; the number of the row has a slot of its own. */
interface Part {
  readonly name: string;
  readonly text: string | undefined;
  readonly slot: number | undefined;
}

const ROW = -1;

export function compileKeyTemplate(template: string, variables: FileVariables, slotOf: SlotOf): KeyTemplate {
  const parts = parseKeyTemplate(template).map((part): Part => {
    if ('text' in part) return { name: '', text: part.text, slot: undefined };
    const { name } = part;
    // A variable goes before a column of the same name: a file must not take over the row number.
    if (name === 'row') return { name, text: undefined, slot: ROW };
    if (isKeyVariable(name)) return { name, text: variables[name as Exclude<KeyVariable, 'row'>], slot: undefined };
    const slot = slotOf(name);
    return slot === undefined ? { name, text: '', slot } : { name, text: undefined, slot };
  });
  const textOf = ({ text, slot }: Part, values: readonly string[], row: number) => text ?? (slot === ROW ? String(row) : values[slot!]);
  return {
    render(values, row) {
      let key = '';
      for (const part of parts) {
        const text = textOf(part, values, row);
        if (text === '') return undefined;
        key += text;
      }
      return key === '' ? undefined : key;
    },
    missingFrom: (values, row) => parts.find((part) => textOf(part, values, row) === '')?.name ?? '',
  };
}

export function isKeyVariable(name: string): name is KeyVariable {
  return (KEY_VARIABLES as readonly string[]).includes(name);
}
