import { Token } from 'aws-cdk-lib';
import { KEY_VARIABLES, METADATA_VARIABLE } from '../contract';
import { namesInTemplate } from '../ingest/key-template';
import { invalid } from '../validation';

/** Checks the template of a computed column, whose names are variables only. */
export function validateComputed(column: string, template: string): void {
  if (Token.isUnresolved(template)) {
    invalid('UNKNOWN_AT_SYNTH', `'template' of the column '${column}' must be known when the app is synthesized, got a token: ${template}`);
  }
  if (template === '') invalid('INVALID_TEMPLATE', `'template' of the column '${column}' must be text or a variable such as '{row}', got ''`);
  const variables: readonly string[] = KEY_VARIABLES;
  const unknown = namesIn(column, template)
    .find((name) => !variables.includes(name) && !(name.startsWith(METADATA_VARIABLE) && name.length > METADATA_VARIABLE.length));
  if (unknown !== undefined) {
    invalid('INVALID_TEMPLATE',
      `'template' of the column '${column}' must only use ${variables.join(', ')} or metadata such as '{metadata.batch}', got '{${unknown}}' in '${template}'`);
  }
}

function namesIn(column: string, template: string): string[] {
  try {
    return namesInTemplate(template);
  } catch (error) {
    return invalid('INVALID_TEMPLATE',
      `'template' of the column '${column}' must be one such as '{fileName}:{row}', got '${template}': ${(error as Error).message}`);
  }
}
