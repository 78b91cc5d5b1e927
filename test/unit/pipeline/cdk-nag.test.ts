import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { DrugCatalog } from '../../../examples/drug-catalog/stack';
import { UploadApi, UploadAuth, UploadBucket, UploadProcessor } from '../../../src';
import { ROUTES } from '../../../src/private/api/routes';
import { pipelineInStack, userFunction } from '../support';
import { findings } from './nag';

const PROTECTED = ROUTES.filter(({ group }) => group !== 'public').length;

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
const withApi = (api: (stack: Stack) => UploadApi) => pipelineInStack((stack) => ({ api: api(stack) })).stack;
const everything = { cors: { origins: ['https://app.example.com'] }, tracing: lambda.Tracing.ACTIVE };
const sharedSecret = (stack: Stack) => UploadAuth.sharedSecret(secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'tokens'));
const userPool = (stack: Stack) => cognito.UserPool.fromUserPoolId(stack, 'Users', 'eu-west-1_abc');
const withOwnFunction = () => pipelineInStack((stack) => ({ processor: UploadProcessor.fromFunction(userFunction(stack)) })).stack;

test.each([
  ['the default stack', () => pipelineInStack().stack],
  ['a stack with a key', withKey],
  ['the drug catalog', () => new DrugCatalog(new App(), 'DrugCatalog')],
  ['a stack with an HTTP API that has everything', () => withApi((stack) => UploadApi.http({ ...everything, auth: sharedSecret(stack) }))],
  ['a stack with a REST API', () => withApi(() => UploadApi.rest())],
  ['a stack with a REST API that has everything', () => withApi((stack) => UploadApi.rest({ ...everything, auth: sharedSecret(stack) }))],
  ['a stack with API keys', () => withApi(() => UploadApi.rest({ auth: UploadAuth.apiKey() }))],
  ['a stack with a REST API for a user pool', () => withApi((stack) => UploadApi.rest({ auth: UploadAuth.cognito(userPool(stack)) }))],
])('AwsSolutions finds nothing in %s', (_case, make) => {
  expect(findings(make())).toEqual([]);
});

test("AwsSolutions finds nothing of ours in a stack with the user's function", () => {
  expect(findings(withOwnFunction())).toEqual(['Mine/ServiceRole AwsSolutions-IAM4']);
});

test('AwsSolutions finds an API without authorization', () => {
  const open = findings(pipelineInStack(() => ({ api: UploadApi.http({ auth: UploadAuth.none() }) })).stack);
  expect(open.filter((finding) => finding.endsWith('AwsSolutions-APIG4'))).toHaveLength(PROTECTED + 1);
});

test('what is suppressed, and where', () => {
  const { stack } = pipelineInStack();
  const where = suppressed(stack).map(({ resource, suppressions }) => [resource.node.path, ...suppressions.map(({ id }) => id)]);
  expect(where).toEqual([
    ['S/X/Bucket/Resource', 'AwsSolutions-S1'],
    ['S/X/RangeWorkerRole/DefaultPolicy/Resource', 'AwsSolutions-IAM5', 'AwsSolutions-IAM5'],
    ['S/X/FanOut/Role/DefaultPolicy/Resource', 'AwsSolutions-IAM5'],
    ['S/X/FanOut/StateMachine/Resource', 'AwsSolutions-SF2'],
    ['S/X/FanOut/MapPolicy/Resource', 'AwsSolutions-IAM5'],
    ['S/X/FanOut/EndPolicy/Resource', 'AwsSolutions-IAM5'],
    ['S/X/ProcessorRole/DefaultPolicy/Resource', 'AwsSolutions-IAM5', 'AwsSolutions-IAM5', 'AwsSolutions-IAM5'],
    ['S/X/UploadApiRole/DefaultPolicy/Resource', 'AwsSolutions-IAM5'],
    ['S/X/CompletionApiRole/DefaultPolicy/Resource', 'AwsSolutions-IAM5'],
    ['S/X/QueryApiRole/DefaultPolicy/Resource', 'AwsSolutions-IAM5'],
    ...ROUTES.filter(({ group }) => group === 'public').map(({ id }) => [`S/X/${id}/Resource`, 'AwsSolutions-APIG4']),
  ]);
});

test('a bucket with access logs needs no excuse', () => {
  const { stack } = pipelineInStack((scope) => ({ bucket: UploadBucket.managed({ serverAccessLogsBucket: new s3.Bucket(scope, 'Logs') }) }));
  expect(suppressed(stack).flatMap(({ suppressions }) => suppressions.map(({ id }) => id))).not.toContain('AwsSolutions-S1');
});

test('a wildcard is excused under our prefixes only', () => {
  // Delivery of logs has no resource to name, whoever asks for it.
  const ours = suppressed(pipelineInStack().stack).filter(({ resource }) => resource.node.path !== 'S/X/FanOut/Role/DefaultPolicy/Resource');
  const all = ours.flatMap(({ suppressions }) => suppressions);
  const patterns = all.flatMap(({ applies_to = [] }) => applies_to);
  expect(patterns.length).toBeGreaterThan(0);
  const excused = (finding: string) => patterns.some(({ regex }) => new RegExp(regex.slice(1, -1)).test(finding));
  expect(excused('Resource::<XBucket.Arn>/uploads/*')).toBe(true);
  expect(excused('Resource::<XBucket.Arn>/rejects/*')).toBe(true);
  const others = ['Resource::*', 'Resource::<XBucket.Arn>/*', 'Resource::<XBucket.Arn>/uploads/*/x*', 'Action::s3:*'];
  expect(others.filter(excused)).toEqual([]);
});

const MADE: [string, () => Stack][] = [
  ['by default', () => pipelineInStack().stack],
  ['with an HTTP API that has everything', () => withApi((stack) => UploadApi.http({ ...everything, auth: sharedSecret(stack) }))],
  ['with a REST API that has everything', () => withApi((stack) => UploadApi.rest({ ...everything, auth: sharedSecret(stack) }))],
  ['with API keys', () => withApi(() => UploadApi.rest({ auth: UploadAuth.apiKey() }))],
];

test.each(MADE)('every suppression gives its reason in a sentence, %s', (_case, make) => {
  for (const { reason } of suppressed(make()).flatMap(({ suppressions }) => suppressions)) {
    expect(reason).toMatch(/^[A-Z].{40,}[.)]$/);
  }
});

test.each(MADE)('every suppression is still needed, %s', (_case, make) => {
  const needed = new Map(suppressed(make()).flatMap(({ resource, suppressions }) => suppressions.map(({ id, reason }) => (
    // Routes are alike: one for each reason.
    [`${id} ${reason}`, { path: resource.node.path, id }]
  ))));
  for (const { path, id } of needed.values()) {
    const stack = make();
    const { resource, suppressions } = suppressed(stack).find((candidate) => candidate.resource.node.path === path)!;
    resource.addMetadata('cdk_nag', { rules_to_suppress: suppressions.filter((suppression) => suppression.id !== id) });
    expect([...new Set(findings(stack).map((finding) => finding.split(' ')[1]))]).toEqual([id]);
  }
});
