import { ColumnType, RecordModel } from '../../../src/private/contract';
import { ParseField, compileColumn, keepText } from '../columns/column-types';
import { ComputedValue, compileComputed } from '../columns/computed';
import { Problem, quote } from '../rejects/reject';
import { UploadFailure } from '../rejects/upload-failure';
import { ColumnBinding } from './header';
import { asIndexKey } from './index-keys';
import { FileVariables, SlotOf } from './record-key';
import { wireText } from './wire';
import { wireJson } from './wire-json';

/** What a value is on the wire: known before the first row, so that no row has to find out. */
export type WireKind = 'S' | 'N' | 'any';

/** A column of the file, compiled. */
export interface RecordColumn {
  readonly name: string;
  readonly position: number;
  readonly parse: ParseField;
  readonly kind: WireKind;
  /** What stands before its text in the item's JSON, from the comma on; undefined: the value is a key of the table, and stands there. */
  readonly before: Uint8Array | undefined;
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

const KINDS: Readonly<Record<ColumnType, WireKind>> = {
  string: 'S',
  email: 'S',
  uri: 'S',
  uuid: 'S',
  date: 'S',
  timestamp: 'S',
  integer: 'N',
  decimal: 'N',
  boolean: 'any',
  stringSet: 'any',
  json: 'any',
};

/** Columns that the file has, in its order. */
export function columnsOfFile(bindings: readonly ColumnBinding[], rules: ColumnRules): RecordColumn[] {
  return bindings.flatMap(({ name, position, column }) => {
    if (position === null) return [];
    const kind = column === null ? 'S' : KINDS[column.type];
    const before = rules.isKey(name) ? undefined : Buffer.from(kind === 'any' ? memberJson(name) : textMember(name, kind));
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
    if (computed) refuseLongKey(name, computed, rules);
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

/** What is made of metadata may be too long for an index, and that would be so in every row. */
function refuseLongKey(name: string, computed: ComputedValue, { model, tenantBytes }: ColumnRules): void {
  const value = asIndexKey(name, model.indexes, () => computed(Number.MAX_SAFE_INTEGER), tenantBytes)('');
  if (value instanceof Problem) throw new UploadFailure('KEY_TOO_LONG', `the computed column ${quote(name)} must ${value.rule}`);
}

/** A member of an object but the first. */
export function memberJson(name: string): string {
  return `,${JSON.stringify(name)}:`;
}

/** The same for a text or a number, up to its first character; it ends with `"}`. */
export function textMember(name: string, type: 'S' | 'N'): string {
  return `${memberJson(name)}{"${type}":"`;
}

function parserOf({ name, column }: ColumnBinding, { model, tenantBytes }: ColumnRules): ParseField {
  return asIndexKey(name, model.indexes, column === null ? keepText : compileColumn(column), tenantBytes);
}
