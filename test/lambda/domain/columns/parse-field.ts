import { compileColumn } from '../../../../lambda-src/domain/columns/column-types';
import { Problem, rejectField } from '../../../../lambda-src/domain/rejects/reject';
import { ColumnModel, ColumnType } from '../../../../src/private/contract';

export type Rules = Partial<Omit<ColumnModel, 'name' | 'type'>>;

/** What a field of a column becomes that is called `x`: its value, `undefined`, or the reject's code and message. */
export function parse(type: ColumnType, rules: Rules, text: string): unknown {
  const result = compileColumn({ name: 'x', type, required: false, ...rules })(text);
  if (!(result instanceof Problem)) return result;
  const { code, message } = rejectField(1, [], 'x', result, text);
  return `${code}: ${message}`;
}
