import { METADATA_VARIABLE } from '../../../src/private/contract';
import { parseKeyTemplate } from '../../../src/private/ingest/key-template';
import { FileVariables, isKeyVariable } from '../records/record-key';
import { WireValue } from '../records/wire';

/** The value of a computed column in a row, whose number goes on over the files of an upload; undefined: the record has none. */
export type ComputedValue = (row: number) => WireValue | undefined;

/** Compiles the template of a computed column. What is the same in all rows of a file is made once. */
export function compileComputed(template: string, variables: FileVariables): ComputedValue {
  if (template === '{row}') return (row) => ({ N: String(row) });
  const texts = parseKeyTemplate(template).map((part) => {
    if ('text' in part) return part.text;
    return part.name === 'row' ? null : variableText(part.name, variables);
  });
  if (texts.includes('')) return () => undefined;
  if (!texts.includes(null)) {
    const value = { S: texts.join('') };
    return () => value;
  }
  return (row) => ({ S: texts.map((text) => text ?? row).join('') });
}

function variableText(name: string, variables: FileVariables): string {
  if (isKeyVariable(name) && name !== 'row') return variables[name];
  const { metadata = {} } = variables;
  const entry = name.slice(METADATA_VARIABLE.length);
  return Object.hasOwn(metadata, entry) ? metadata[entry] : '';
}
