import { Duration, Fn, Size, Token, Tokenization } from 'aws-cdk-lib';

/** Numbers as environment variables and the record model have them: text, also where they are tokens. */
export const numberText = (value: number): string => Tokenization.stringifyNumber(value);
export const secondsText = (value: Duration): string => numberText(value.toSeconds());
export const bytesText = (value: Size): string => numberText(value.toBytes());

/**
 * A JSON array of plain words. A list that only CloudFormation knows is joined there: `Stack.toJsonString` would put a
 * custom resource into the template for it.
 */
export const listText = (values: string[]): string => (
  Token.isUnresolved(values) ? `["${Fn.join('","', values)}"]` : JSON.stringify(values)
);
