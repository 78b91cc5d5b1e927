import { RaggedRowsPolicy } from '../../../src/private/contract';

/** Whether a row with so many fields is one of a header that has `width`. */
export function fits(count: number, width: number, policy: RaggedRowsPolicy): boolean {
  return count === width || (count < width ? policy !== 'reject' : policy === 'fit');
}

/** The fields as many as the header has, where the policy allows for that. */
export function fitted(fields: readonly string[], width: number, policy: RaggedRowsPolicy): readonly string[] | undefined {
  if (!fits(fields.length, width, policy)) return undefined;
  if (fields.length === width) return fields;
  return fields.length > width ? fields.slice(0, width) : [...fields, ...Array<string>(width - fields.length).fill('')];
}

/** What is said of a row that does not fit, for the uploader. */
export function wrongFieldCount(count: number, width: number): string {
  return `the row must have ${width} ${width === 1 ? 'field' : 'fields'} like the header, got ${count}`;
}
