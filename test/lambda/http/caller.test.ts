import { callerArn } from '../../../lambda-src/handlers/http/caller';

const ARN = 'arn:aws:sts::123456789012:assumed-role/uploader/session';

test.each<[string, object, string | null]>([
  ['an HTTP API with an IAM authorizer', { authorizer: { iam: { userArn: ARN } } }, ARN],
  ['a REST API with IAM', { identity: { userArn: ARN }, authorizer: null }, ARN],
  ['an HTTP API without an authorizer', {}, null],
  ['a REST API without one', { identity: { userArn: null } }, null],
  ['a JWT authorizer', { authorizer: { jwt: { claims: { sub: 'x' } } } }, null],
  ['a Lambda authorizer of a REST API that says it in its own words', { authorizer: { userArn: ARN }, identity: { userArn: null } }, null],
  ['an empty ARN', { authorizer: { iam: { userArn: '' } } }, null],
])('%s', (_, requestContext, arn) => {
  expect(callerArn({ requestContext })).toBe(arn);
});
