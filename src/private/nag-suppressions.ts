import { CfnResource } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';

/** A rule of cdk-nag that a resource of ours breaks on purpose. */
export interface NagSuppression {
  /** Id of the rule, such as `AwsSolutions-S1`. */
  readonly id: string;
  /** Why it does not apply; the user reads it in the pack's report. */
  readonly reason: string;
  /** The findings meant, as regular expressions; all of them without. */
  readonly findings?: string[];
}

/**
 * Says so in the resource's metadata, where cdk-nag 2 looks for it: a user who runs its packs gets a clean stack, and we
 * need no dependency on it.
 */
export function suppressNag(construct: IConstruct, ...suppressions: NagSuppression[]): void {
  const resource = (construct.node.defaultChild ?? construct) as CfnResource;
  const before = (resource.getMetadata('cdk_nag') as NagMetadata | undefined)?.rules_to_suppress ?? [];
  const more = suppressions.map(({ id, reason, findings }) => ({
    id, reason, ...(findings && { applies_to: findings.map((finding) => ({ regex: `/${finding}/` })) }),
  }));
  resource.addMetadata('cdk_nag', { rules_to_suppress: [...before, ...more] });
}

interface NagMetadata {
  readonly rules_to_suppress: object[];
}

/** For a function that may use every object under some prefixes of the bucket: names of objects are not known at synth. */
export function suppressPrefixWildcards(fn: lambda.IFunction, reason: string, ...prefixes: string[]): void {
  // The policy that CDK adds permissions to; an imported role has one of another name, or none.
  const policy = fn.role?.node.tryFindChild('DefaultPolicy');
  if (policy) suppressPrefixes(policy, reason, ...prefixes);
}

/** For a policy about every object under some prefixes of the bucket. */
export function suppressPrefixes(policy: IConstruct, reason: string, ...prefixes: string[]): void {
  const findings = prefixes.map((prefix) => `^Resource::.+\\/${prefix.replaceAll('/', '\\/')}\\*$`);
  suppressNag(policy, { id: 'AwsSolutions-IAM5', reason, findings });
}
