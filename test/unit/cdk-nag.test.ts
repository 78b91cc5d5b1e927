import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { findings } from './nag';
import { pipelineInStack, userFunction } from './support';
import { DrugCatalog } from '../../examples/drug-catalog/stack';
import { UploadApi, UploadAuth, UploadBucket, UploadProcessor } from '../../src';

interface Suppression {
  readonly id: string;
  readonly reason: string;
  readonly applies_to?: { regex: string }[];
}

function suppressed(stack: Stack): { resource: CfnResource; suppressions: Suppression[] }[] {
  return stack.node.findAll().filter(CfnResource.isCfnResource).flatMap((resource) => {
    const metadata = resource.getMetadata('cdk_nag') as { rules_to_suppress: Suppression[] } | undefined;
    return metadata ? [{ resource, suppressions: metadata.rules_to_suppress }] : [];
  });
}

const withKey = () => pipelineInStack((stack) => ({ encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }) })).stack;
const withOwnFunction = () => pipelineInStack((stack) => ({ processor: UploadProcessor.fromFunction(userFunction(stack)) })).stack;

test.each([
  ['the default stack', () => pipelineInStack().stack],
  ['a stack with a key', withKey],
  ['the drug catalog', () => new DrugCatalog(new App(), 'DrugCatalog')],
])('AwsSolutions finds nothing in %s', (_case, make) => {
  expect(findings(make())).toEqual([]);
});

test("AwsSolutions finds nothing of ours in a stack with the user's function", () => {
  expect(findings(withOwnFunction())).toEqual(['Mine/ServiceRole AwsSolutions-IAM4']);
});

test('AwsSolutions finds an API without authorization', () => {
  const open = findings(pipelineInStack(() => ({ api: UploadApi.http({ auth: UploadAuth.none() }) })).stack);
  expect(open.filter((finding) => finding.endsWith('AwsSolutions-APIG4'))).toHaveLength(7);
});

test('what is suppressed, and where', () => {
  const { stack } = pipelineInStack();
  const where = suppressed(stack).map(({ resource, suppressions }) => [resource.node.path, ...suppressions.map(({ id }) => id)]);
  expect(where).toEqual([
    ['S/X/Bucket/Resource', 'AwsSolutions-S1'],
    ['S/X/ProcessorRole/DefaultPolicy/Resource', 'AwsSolutions-IAM5'],
    ['S/X/UploadApiRole/DefaultPolicy/Resource', 'AwsSolutions-IAM5'],
    ['S/X/GetHealth/Resource', 'AwsSolutions-APIG4'],
  ]);
});

test('a bucket with access logs needs no excuse', () => {
  const { stack } = pipelineInStack((scope) => ({ bucket: UploadBucket.managed({ serverAccessLogsBucket: new s3.Bucket(scope, 'Logs') }) }));
  expect(suppressed(stack).flatMap(({ suppressions }) => suppressions.map(({ id }) => id))).not.toContain('AwsSolutions-S1');
});

test('every suppression gives its reason in a sentence', () => {
  for (const { reason } of suppressed(pipelineInStack().stack).flatMap(({ suppressions }) => suppressions)) {
    expect(reason).toMatch(/^[A-Z].{40,}[.)]$/);
  }
});

test('a wildcard is excused under our prefixes only', () => {
  const all = suppressed(pipelineInStack().stack).flatMap(({ suppressions }) => suppressions);
  const patterns = all.flatMap(({ applies_to = [] }) => applies_to);
  expect(patterns.length).toBeGreaterThan(0);
  const excused = (finding: string) => patterns.some(({ regex }) => new RegExp(regex.slice(1, -1)).test(finding));
  expect(excused('Resource::<XBucket.Arn>/uploads/*')).toBe(true);
  expect(excused('Resource::<XBucket.Arn>/rejects/*')).toBe(true);
  const others = ['Resource::*', 'Resource::<XBucket.Arn>/*', 'Resource::<XBucket.Arn>/uploads/*/x*', 'Action::s3:*'];
  expect(others.filter(excused)).toEqual([]);
});

test('every suppression is still needed', () => {
  const needed = suppressed(pipelineInStack().stack)
    .flatMap(({ resource, suppressions }) => suppressions.map(({ id }) => ({ path: resource.node.path, id })));
  for (const { path, id } of needed) {
    const { stack } = pipelineInStack();
    const { resource, suppressions } = suppressed(stack).find((candidate) => candidate.resource.node.path === path)!;
    resource.addMetadata('cdk_nag', { rules_to_suppress: suppressions.filter((suppression) => suppression.id !== id) });
    expect([...new Set(findings(stack).map((finding) => finding.split(' ')[1]))]).toEqual([id]);
  }
});
