import { Token } from 'aws-cdk-lib';
import { DEFAULT_KEYS, KEY_VARIABLES } from '../private/contract';
import { namesInTemplate, parseKeyTemplate } from '../private/ingest/key-template';
import { invalid } from '../private/validation';

/** Templates of a record's keys. */
export interface RecordKeysProps {
  /**
   * Template of the partition key, such as `DRUG#{drug_name}`.
   *
   * In braces: a column of the schema, or `row` (1 for the first row; it goes on over the files of an upload), `uploadId`, `uploadedAt`
   * (when the file arrived, ISO 8601 in UTC) or `fileName`. At most 2,048 bytes when filled in, with the tenant and a `#` before it.
   */
  readonly partitionKey: string;

  /**
   * Template of the sort key, such as `METADATA#{uploadedAt}`. At most 1,024 bytes when filled in.
   *
   * @default 'RECORD'
   */
  readonly sortKey?: string;
}

/**
 * How a row gets its keys. The same row of the same upload always gets the same keys, so that a retry overwrites
 * a record instead of doubling it.
 */
export class RecordKeys {
  /** Keys from templates. */
  public static of(props: RecordKeysProps): RecordKeys {
    return new RecordKeys(props.partitionKey, props.sortKey ?? DEFAULT_KEYS.sortKey);
  }

  /** A key of its own for every row: `{uploadId}#{row}`. No two rows collide, and no partition gets hot. */
  public static perRow(): RecordKeys {
    return new RecordKeys(DEFAULT_KEYS.partitionKey, DEFAULT_KEYS.sortKey);
  }

  private constructor(
    /** Template of the partition key. */
    public readonly partitionKey: string,
    /** Template of the sort key. */
    public readonly sortKey: string,
  ) {
    for (const [name, template] of Object.entries({ partitionKey, sortKey })) {
      if (Token.isUnresolved(template)) {
        invalid('UNKNOWN_AT_SYNTH', `'${name}' must be known when the app is synthesized, got a token: ${template}`);
      }
      if (template.includes('${')) {
        invalid('INVALID_KEY_TEMPLATE', `'${name}' must name columns in plain braces such as '{drug_name}', got '${template}'`);
      }
      if (template === '') invalid('EMPTY_KEY_TEMPLATE', `'${name}' must be a key template, got ''`);
      try {
        parseKeyTemplate(template);
      } catch (error) {
        invalid('INVALID_KEY_TEMPLATE', `'${name}' must be a key template such as 'DRUG#{drug_name}', got '${template}': ${(error as Error).message}`);
      }
    }
    const sameForAllRows: readonly string[] = KEY_VARIABLES.filter((variable) => variable !== 'row');
    if ([partitionKey, sortKey].flatMap(namesInTemplate).every((name) => sameForAllRows.includes(name))) {
      invalid('CONSTANT_KEYS',
        `'partitionKey' or 'sortKey' must name a column or '{row}', or all rows have the same key, got '${partitionKey}' and '${sortKey}'`);
    }
  }
}
