import { WireItem, wireText } from './wire';
import { KEY_VARIABLES, KeyVariable } from '../../src/private/contract';
import { parseKeyTemplate } from '../../src/private/key-template';

/** The variables that are the same for every row of a file. */
export interface FileVariables extends Readonly<Record<Exclude<KeyVariable, 'row'>, string>> {
  /** What the upload was told about itself, for computed columns. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface KeyTemplate {
  /** The key of a record; undefined when a value in it is missing or empty. */
  render(item: WireItem, row: number): string | undefined;
  /** The first column or variable that keeps a record from having a key; empty when the whole key is. */
  missingFrom(item: WireItem, row: number): string;
}

interface Part {
  readonly name: string;
  textIn(item: WireItem, row: number): string;
}

export function compileKeyTemplate(template: string, variables: FileVariables): KeyTemplate {
  const parts = parseKeyTemplate(template).map((part): Part => {
    if ('text' in part) return { name: '', textIn: () => part.text };
    const { name } = part;
    // A variable goes before a column of the same name: a file must not take over the row number.
    return { name, textIn: isKeyVariable(name) ? variableText(name, variables) : columnText(name) };
  });
  return {
    render(item, row) {
      let key = '';
      for (const part of parts) {
        const text = part.textIn(item, row);
        if (text === '') return undefined;
        key += text;
      }
      return key === '' ? undefined : key;
    },
    missingFrom: (item, row) => parts.find((part) => part.textIn(item, row) === '')?.name ?? '',
  };
}

export function isKeyVariable(name: string): name is KeyVariable {
  return (KEY_VARIABLES as readonly string[]).includes(name);
}

function variableText(name: KeyVariable, variables: FileVariables): Part['textIn'] {
  if (name === 'row') return (_, row) => String(row);
  const text = variables[name];
  return () => text;
}

function columnText(name: string): Part['textIn'] {
  return (item) => {
    const value = item[name];
    return value === undefined ? '' : wireText(value);
  };
}
