import { ParseField, compileColumn, keepText } from './column-types';
import { compileComputed } from './computed';
import { ColumnBinding } from './header';
import { asIndexKey } from './index-keys';
import { FileVariables, SlotOf } from './record-key';
import { Problem } from './reject';
import { wireText } from './wire';
import { textJson, wireJson } from './wire-json';
import { ColumnType, RecordModel } from '../../src/private/contract';

/** What a value is on the wire: known before the first row, so that no row has to find out. */
export type WireKind = 'S' | 'N' | 'any';

/** A column of the file, compiled. */
export interface RecordColumn {
  readonly name: string;
  readonly position: number;
  readonly parse: ParseField;
  readonly kind: WireKind;
  /** What stands before its value in the item's JSON, from the comma on; undefined: the value is a key of the table, and stands there. */
  readonly before: string | undefined;
  /** Where keys and indexes look for its text; undefined: nobody does. */
  readonly slot: number | undefined;
}

/** What a record has besides the fields of its row. */
export interface OwnValues {
  /** The same in all rows: the rest of their JSON. */
  readonly json: string;
  /** Differ from row to row. */
  readonly changing: readonly ((row: number, texts: string[]) => string)[];
  /** The texts that keys and indexes look for, in their slots, before a row puts its own there. */
  readonly texts: readonly string[];
}

export interface ColumnRules {
  readonly model: RecordModel;
  readonly variables: FileVariables;
  /** What a tenant takes of the length of a partition key. */
  readonly tenantBytes: number;
  /** Whether a column is what the table has as its key. */
  readonly isKey: (name: string) => boolean;
  readonly slotOf: SlotOf;
}

const NUMBERS: readonly ColumnType[] = ['integer', 'decimal'];
const OTHERS: readonly ColumnType[] = ['boolean', 'stringSet', 'json'];

/** Columns that the file has, in its order. */
export function columnsOfFile(bindings: readonly ColumnBinding[], rules: ColumnRules): RecordColumn[] {
  return bindings.flatMap(({ name, position, column }) => {
    if (position === null) return [];
    const kind = column === null ? 'S' : NUMBERS.includes(column.type) ? 'N' : OTHERS.includes(column.type) ? 'any' : 'S';
    const before = rules.isKey(name) ? undefined : memberJson(name);
    return [{ name, position, parse: parserOf({ name, position, column }, rules), kind, before, slot: rules.slotOf(name) }];
  });
}

/** Columns that the file lacks: those with a default, and those that are computed. */
export function ownValues(bindings: readonly ColumnBinding[], rules: ColumnRules): OwnValues {
  const { slotOf, isKey, variables } = rules;
  let json = '';
  const changing: ((row: number, texts: string[]) => string)[] = [];
  const texts: string[] = [];
  for (const binding of bindings) {
    const { name, position, column } = binding;
    const slot = slotOf(name);
    if (slot !== undefined) texts[slot] = '';
    if (position !== null) continue;
    const computed = column!.computed === undefined ? undefined : compileComputed(column!.computed, variables);
    const value = computed ? computed(0) : parserOf(binding, rules)('');
    if (value === undefined || value instanceof Problem) continue;
    const before = isKey(name) ? undefined : memberJson(name);
    if (computed && computed(0) !== computed(1)) {
      changing.push((row, rowTexts) => {
        const own = computed(row)!;
        if (slot !== undefined) rowTexts[slot] = wireText(own);
        return before === undefined ? '' : before + wireJson(own);
      });
    } else {
      if (slot !== undefined) texts[slot] = wireText(value);
      if (before !== undefined) json += before + wireJson(value);
    }
  }
  return { json, changing, texts };
}

/** A member of an object but the first. */
export function memberJson(name: string): string {
  return `,${textJson(name)}:`;
}

function parserOf({ name, column }: ColumnBinding, { model, tenantBytes }: ColumnRules): ParseField {
  return asIndexKey(name, model.indexes, column === null ? keepText : compileColumn(column), tenantBytes);
}
