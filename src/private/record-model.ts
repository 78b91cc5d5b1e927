import { AttributeType, GlobalSecondaryIndexPropsV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IndexModel, KEY_VARIABLES, RecordModel, RECENT_INDEX } from './contract';
import { namesInTemplate } from './key-template';
import { firstDuplicate, invalid } from './validation';

/** Checks what schema, keys and indexes say about each other, so that the Lambda code never has to. */
export function validateRecordModel(model: RecordModel): RecordModel {
  validateTemplate('partitionKey', model.keys.partitionKey, model);
  validateTemplate('sortKey', model.keys.sortKey, model);
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
    if (columns && !columns.includes(name)) {
      invalid('UNKNOWN_KEY_COLUMN',
        `'${property}' must only use columns of the schema (${columns.join(', ')}) or ${variables.join(', ')}, got '{${name}}' in '${template}'`);
    }
  }
}

function validateIndex(index: IndexModel, model: RecordModel): void {
  for (const [property, name] of Object.entries({ partitionKey: index.partitionKey, sortKey: index.sortKey })) {
    if (name === undefined) continue;
    const column = model.columns?.find((candidate) => candidate.name === name);
    if (!column) {
      invalid('UNKNOWN_INDEX_COLUMN', `'${property}' of the index '${index.name}' must be a column of the schema, got '${name}'`);
    }
    if (column.type === 'boolean') {
      invalid('INVALID_INDEX_COLUMN', `'${property}' of the index '${index.name}' must not be a boolean column, got '${name}'`);
    }
  }
}

/** The declared indexes as DynamoDB has them; numbers stay numbers, so that they sort as such. */
export function tableIndexes(model: RecordModel): GlobalSecondaryIndexPropsV2[] {
  const key = (name: string) => {
    const column = model.columns?.find((candidate) => candidate.name === name);
    const numeric = column?.type === 'integer' || column?.type === 'decimal';
    return { name, type: numeric ? AttributeType.NUMBER : AttributeType.STRING };
  };
  return model.indexes.map((index) => ({
    indexName: index.name,
    partitionKey: key(index.partitionKey),
    sortKey: index.sortKey === undefined ? undefined : key(index.sortKey),
  }));
}
