import { Aspects, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';

/** What the pack says of a stack: the resource's path without the stack, and `AwsSolutions-S1` or the like. */
export function findings(stack: Stack): string[] {
  Aspects.of(stack).add(new AwsSolutionsChecks());
  const annotations = Annotations.fromStack(stack);
  return [...annotations.findError('*', Match.anyValue()), ...annotations.findWarning('*', Match.anyValue())]
    .map(({ id, entry }) => `${id.replace(/^\/[^/]+\/|\/Resource$/g, '')} ${/^AwsSolutions-\w+/.exec(String(entry.data))?.[0] ?? String(entry.data)}`);
}
