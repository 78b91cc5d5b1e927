import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** Answers an API with the event. */
export const ECHO = 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });';

/** A function of a few lines, for a test that needs no more. */
export function inlineFunction(scope: Construct, id: string, code: string, environment: Readonly<Record<string, string>> = {}): Function {
  return new Function(scope, id, { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline(code), environment });
}
