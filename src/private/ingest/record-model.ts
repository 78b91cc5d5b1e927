import { Stack } from 'aws-cdk-lib';
import { AttributeType, GlobalSecondaryIndexProps } from 'aws-cdk-lib/aws-dynamodb';
import { IConstruct } from 'constructs';
import { FileFormat } from '../../ingest/file-format';
import { DuplicateKeys } from '../../ingest/policies';
import { RecordIndex } from '../../ingest/record-index';
import { RecordKeys } from '../../ingest/record-keys';
import { RecordSchema } from '../../ingest/record-schema';
import { RejectPolicy } from '../../ingest/reject-policy';
import { RowTransform } from '../../ingest/row-transform';
import { UnpackingLimits } from '../../ingest/unpacking-limits';
import { ColumnType, INDEX_PREFIX, IndexModel, KEY_VARIABLES, RecordModel, RECENT_INDEX } from '../contract';
import { firstDuplicate, invalid } from '../validation';
import { validateFormats } from './format-rules';
import { namesInTemplate } from './key-template';
import { unpackingModel } from './unpacking-rules';

/** What a processor declares. */
export interface RecordDeclaration {
  readonly schema?: RecordSchema;
  readonly keys?: RecordKeys;
  readonly indexes?: RecordIndex[];
  readonly duplicateKeys?: DuplicateKeys;
  readonly maxRows?: number;
  readonly transform?: RowTransform;
  readonly formats?: FileFormat[];
  readonly unpacking?: UnpackingLimits;
  readonly rejects?: RejectPolicy;
}

/** The declaration as the functions read it, with its defaults. */
export function toRecordModel(declared: RecordDeclaration): RecordModel {
  const keys = declared.keys ?? RecordKeys.perRow();
  return {
    ...(declared.schema ?? RecordSchema.any())._toModel(),
    keys: { partitionKey: keys.partitionKey, sortKey: keys.sortKey },
    duplicateKeys: declared.duplicateKeys ?? DuplicateKeys.REJECT,
    indexes: (declared.indexes ?? []).map((index): IndexModel => index._toModel()),
    maxRows: declared.maxRows,
    formats: declared.formats?.map((format) => format._toModel()),
    unpacking: unpackingModel(declared.unpacking),
    rejects: declared.rejects?._toModel(),
    ...declared.transform?._toModel(),
  };
}

/** Checks what schema, keys and indexes say about each other, so that the Lambda code never has to. */
export function validateRecordModel(model: RecordModel): RecordModel {
  validateTemplate('partitionKey', model.keys.partitionKey, model);
  validateTemplate('sortKey', model.keys.sortKey, model);
  validateKeysDiffer(model);
  validateFormats(model);
  model.indexes.forEach((index) => validateIndex(index, model));
  const twice = firstDuplicate([...model.indexes.map((index) => index.name), RECENT_INDEX]);
  if (twice !== undefined) {
    invalid('DUPLICATE_INDEX', `'indexes' must not use an index name twice or the name '${RECENT_INDEX}', got '${twice}'`);
  }
  return model;
}

function validateTemplate(property: string, template: string, model: RecordModel): void {
  const variables: readonly string[] = KEY_VARIABLES;
  const columns = model.columns?.map((column) => column.name);
  for (const name of namesInTemplate(template)) {
    if (variables.includes(name)) continue;
    const column = model.columns?.find((candidate) => candidate.name === name);
    if (column && NEVER_KEYS.includes(column.type)) {
      invalid('INVALID_KEY_COLUMN', `'${property}' must not use a ${column.type} column, got '{${name}}' in '${template}'`);
    }
    if (columns && !columns.includes(name)) {
      invalid('UNKNOWN_KEY_COLUMN',
        `'${property}' must only use columns of the schema (${columns.join(', ')}) or ${variables.join(', ')}, got '{${name}}' in '${template}'`);
    }
  }
}

/** What DynamoDB has no keys of. */
const NEVER_KEYS: readonly ColumnType[] = ['stringSet', 'json'];

/** A computed column is the same in all rows of a file, unless the row's number is in it. */
function validateKeysDiffer({ keys, columns }: RecordModel): void {
  if (columns === null) return;
  const names = [keys.partitionKey, keys.sortKey].flatMap(namesInTemplate);
  const computed = names.map((name) => columns.find((column) => column.name === name)?.computed);
  const differs = names.some((name, at) => (
    computed[at] === undefined ? name === 'row' || columns.some((column) => column.name === name) : namesInTemplate(computed[at]).includes('row')
  ));
  if (!differs) {
    invalid('CONSTANT_KEYS',
      `'partitionKey' or 'sortKey' must name a column of the file or '{row}', or all rows have the same key, got '${keys.partitionKey}' and '${keys.sortKey}'`);
  }
}

function validateIndex(index: IndexModel, model: RecordModel): void {
  if (index.partitionKey === index.sortKey) {
    invalid('SAME_KEYS', `'sortKey' of the index '${index.name}' must differ from its 'partitionKey', got '${index.sortKey}' for both`);
  }
  for (const [property, name] of Object.entries({ partitionKey: index.partitionKey, sortKey: index.sortKey })) {
    if (name === undefined) continue;
    const column = model.columns?.find((candidate) => candidate.name === name);
    if (!column) {
      invalid('UNKNOWN_INDEX_COLUMN', `'${property}' of the index '${index.name}' must be a column of the schema, got '${name}'${model.columns ? '' : ' with RecordSchema.any()'}`);
    }
    if (column.type === 'boolean' || NEVER_KEYS.includes(column.type)) {
      invalid('INVALID_INDEX_COLUMN', `'${property}' of the index '${index.name}' must not be a ${column.type} column, got '${name}'`);
    }
  }
}

/**
 * A model with the values of its tokens. It travels in a file of the function's code, which is done before
 * CloudFormation knows any value of its own.
 */
export function knownAtSynth<Model extends object>(scope: IConstruct, model: Model): Model {
  const resolved = Stack.of(scope).resolve(model) as Model;
  refuseIntrinsics('', resolved);
  return resolved;
}

function refuseIntrinsics(property: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === 'Ref' || name.startsWith('Fn::')) {
      invalid('UNKNOWN_AT_SYNTH',
        `'${property}' must be known when the app is synthesized, got a value of CloudFormation's: ${JSON.stringify(value)}`);
    }
    // Elements of a list are told by the list's name.
    refuseIntrinsics(/^\d+$/.test(name) ? property : name, member);
  }
}

interface KeyNames {
  readonly partitionKeyName: string;
  readonly sortKeyName: string;
}

/** A column may only have the name of a key attribute when it is that key: otherwise the key would overwrite it. */
export function validateKeyAttributes(table: KeyNames, model: RecordModel): void {
  for (const [property, name] of Object.entries({ partitionKeyName: table.partitionKeyName, sortKeyName: table.sortKeyName })) {
    const template = property === 'partitionKeyName' ? model.keys.partitionKey : model.keys.sortKey;
    if (template !== `{${name}}` && model.columns?.some((column) => column.name === name)) {
      invalid('RESERVED_COLUMN', `'${property}' of the query table must not be a column of the schema unless the key is just '{${name}}', got '${name}' with the key '${template}'`);
    }
  }
}

/**
 * The declared indexes as DynamoDB has them; numbers stay numbers, so that they sort as such. With tenants records are selected by
 * the tenant and the value together, which is text.
 */
export function tableIndexes(model: RecordModel): GlobalSecondaryIndexProps[] {
  const key = (name: string) => {
    const column = model.columns?.find((candidate) => candidate.name === name);
    const numeric = column?.type === 'integer' || column?.type === 'decimal';
    return { name, type: numeric ? AttributeType.NUMBER : AttributeType.STRING };
  };
  return model.indexes.map((index) => ({
    indexName: index.name,
    partitionKey: model.tenancy ? { name: INDEX_PREFIX + index.name, type: AttributeType.STRING } : key(index.partitionKey),
    sortKey: index.sortKey === undefined ? undefined : key(index.sortKey),
  }));
}
