import { Duration, Size, Stack, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Numbers as environment variables have them. `String()` would print the encoded form of a token instead of its value. */
export const numberText = (value: number): string => Tokenization.stringifyNumber(value);
export const secondsText = (value: Duration): string => numberText(value.toSeconds());
export const bytesText = (value: Size): string => numberText(value.toBytes());

/** A JSON array, in which tokens are escaped when they get their value. */
export const listText = (scope: IConstruct, values: string[]): string => Stack.of(scope).toJsonString(values);
