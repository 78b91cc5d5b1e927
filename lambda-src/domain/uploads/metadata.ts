import { UploadModel } from '../../../src/private/contract';
import { ErrorDetail } from '../api-error';
import { compileColumn } from '../columns/column-types';
import { jsonPointer } from '../json-pointer';
import { wireText } from '../records/wire';
import { Problem } from '../rejects/reject';

export type Metadata = Readonly<Record<string, string>>;

/** What an upload is told about itself, as it is kept; or what is wrong with it. */
export type MetadataCheck = (given: Metadata) => { readonly metadata: Metadata } | { readonly errors: readonly ErrorDetail[] };

/**
 * Metadata keeps the rules of declared columns, and has its values in the form that records have them: trimmed, numbers without
 * needless zeros, defaults where there is nothing. Without a declaration anything goes.
 */
export function compileMetadata({ metadata: columns }: UploadModel): MetadataCheck {
  if (columns === null) return (metadata) => ({ metadata });
  const parsers = new Map(columns.map((column) => [column.name, compileColumn(column)]));
  return (given) => {
    const unknown = Object.keys(given).filter((name) => !parsers.has(name)).map((name) => fault(name, 'is unknown'));
    const parsed = [...parsers].map(([name, parse]) => ({ name, value: parse(Object.hasOwn(given, name) ? given[name] : '') }));
    const broken = parsed.flatMap(({ name, value }) => (value instanceof Problem ? [complaint(given, name, value)] : []));
    if (unknown.length > 0 || broken.length > 0) return { errors: [...broken, ...unknown] };
    const kept = parsed.flatMap(({ name, value }) => (
      value === undefined || value instanceof Problem ? [] : [[name, wireText(value)] as const]
    ));
    return { metadata: Object.fromEntries(kept) };
  };
}

function complaint(given: Metadata, name: string, { rule }: Problem): ErrorDetail {
  return fault(name, Object.hasOwn(given, name) ? `must ${rule}` : 'is required');
}

function fault(name: string, detail: string): ErrorDetail {
  return { pointer: jsonPointer('metadata', name), detail };
}
