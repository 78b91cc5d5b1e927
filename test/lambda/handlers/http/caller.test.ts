import { callerReader } from '../../../../lambda-src/handlers/http/caller';
import { TenancyModel } from '../../../../src/private/contract';

const ARN = 'arn:aws:iam::123456789012:user/ada';
const SINGLE: TenancyModel = { source: 'single' };
const CLAIM: TenancyModel = { source: 'claim', name: 'custom:tenant', ownership: 'tenant' };
const CONTEXT: TenancyModel = { source: 'context', name: 'tenant', ownership: 'user' };
const read = (tenancy: TenancyModel, requestContext: object) => callerReader(tenancy)({ requestContext });

describe('who makes a request', () => {
  test.each<[string, object, string | null]>([
    ['an HTTP API with an IAM authorizer', { authorizer: { iam: { userArn: ARN } } }, ARN],
    ['a REST API with IAM', { identity: { userArn: ARN }, authorizer: null }, ARN],
    ['an HTTP API without an authorizer', {}, null],
    ['a REST API without one', { identity: { userArn: null } }, null],
    ['a JWT authorizer', { authorizer: { jwt: { claims: { sub: 'ada' } } } }, 'ada'],
    ['a REST API with Cognito', { authorizer: { claims: { sub: 'ada' } }, identity: { userArn: null } }, 'ada'],
    ['a Lambda authorizer of an HTTP API', { authorizer: { lambda: { principalId: 'ada' } } }, 'ada'],
    ['a Lambda authorizer of a REST API', { authorizer: { principalId: 'ada' }, identity: { userArn: null } }, 'ada'],
    ['an API key', { identity: { userArn: null, apiKeyId: 'k1' } }, 'k1'],
    ['a JWT besides an API key', { authorizer: { claims: { sub: 'ada' } }, identity: { apiKeyId: 'k1' } }, 'ada'],
    ['a Lambda authorizer of a REST API that says it in its own words', { authorizer: { userArn: ARN }, identity: { userArn: null } }, null],
    ['an empty ARN', { authorizer: { iam: { userArn: '' } } }, null],
    ['a subject that is a list', { authorizer: { jwt: { claims: { sub: ['ada'] } } } }, null],
  ])('with %s', (_, requestContext, owner) => {
    expect(read(SINGLE, requestContext)).toEqual({ tenantId: '-', owner, ownUploadsOnly: false });
  });
});

describe('who an AWS identity is', () => {
  const ROLE = 'arn:aws:sts::123456789012:assumed-role/uploader';
  const owners = (userArn: string) => [{ authorizer: { iam: { userArn } } }, { identity: { userArn }, authorizer: null }]
    .map((requestContext) => read(SINGLE, requestContext).owner);

  test.each<[string, string, string]>([
    ['a role, whatever its session is called', `${ROLE}/botocore-session-1767225600`, ROLE],
    ['a role whose session is called after a person', `${ROLE}/ada@example.com`, ROLE],
    ['a role in another partition', 'arn:aws-cn:sts::123456789012:assumed-role/uploader/i-0123', 'arn:aws-cn:sts::123456789012:assumed-role/uploader'],
    ['a role with a slash in the session, which none has', `${ROLE}/a/b`, ROLE],
    ['a user', ARN, ARN],
    ['a user under a path', 'arn:aws:iam::123456789012:user/assumed-role/x/ada', 'arn:aws:iam::123456789012:user/assumed-role/x/ada'],
    ['a federated user', 'arn:aws:sts::123456789012:federated-user/ada', 'arn:aws:sts::123456789012:federated-user/ada'],
    ['the root user', 'arn:aws:iam::123456789012:root', 'arn:aws:iam::123456789012:root'],
    ['a role without a session, which does not call', ROLE, ROLE],
  ])('%s', (_, userArn, owner) => expect(owners(userArn)).toEqual([owner, owner]));

  test('a text of that form that a token or an authorizer says is left as it is', () => {
    const text = `${ROLE}/session`;
    expect(read(SINGLE, { authorizer: { jwt: { claims: { sub: text } } } })).toMatchObject({ owner: text });
    expect(read(SINGLE, { authorizer: { principalId: text }, identity: { userArn: null } })).toMatchObject({ owner: text });
  });
});

describe('which tenant it is for', () => {
  test.each<[string, TenancyModel, object]>([
    ['a claim of a JWT', CLAIM, { authorizer: { jwt: { claims: { 'custom:tenant': 'acme', 'sub': 'ada' } } } }],
    ['a claim of Cognito in a REST API', CLAIM, { authorizer: { claims: { 'custom:tenant': 'acme', 'sub': 'ada' } } }],
    ['a claim that a Lambda authorizer passes on', CLAIM, { authorizer: { lambda: { 'custom:tenant': 'acme', 'sub': 'ada' } } }],
    ['a claim that one of a REST API passes on', CLAIM, { authorizer: { 'custom:tenant': 'acme', 'principalId': 'ada' } }],
    ['the context of a Lambda authorizer', CONTEXT, { authorizer: { lambda: { tenant: 'acme', principalId: 'ada' } } }],
    ['the context in a REST API', CONTEXT, { authorizer: { tenant: 'acme', principalId: 'ada' } }],
  ])('%s', (_, tenancy, requestContext) => {
    expect(read(tenancy, requestContext)).toEqual({ tenantId: 'acme', owner: 'ada', ownUploadsOnly: tenancy === CONTEXT });
  });

  test.each<[unknown]>([[undefined], [null], ['']])('%p is none', (tenant) => {
    expect(() => read(CLAIM, { authorizer: { jwt: { claims: { 'custom:tenant': tenant } } } }))
      .toThrow(expect.objectContaining({ code: 'TENANT_MISSING', status: 403 }));
  });

  test.each<[unknown]>([
    [['acme']], ['[acme other]'], ['acme,other'], ['-'], ['a/b'], ['a#b'], ['acme '], [1], [true], [{}], ['x'.repeat(129)], ['acme\n'], ['Äcme'],
  ])('%p is not one', (tenant) => {
    expect(() => read(CLAIM, { authorizer: { jwt: { claims: { 'custom:tenant': tenant } } } }))
      .toThrow(expect.objectContaining({ code: 'INVALID_TENANT', status: 403 }));
  });

  test.each(['toString', '__proto__', 'constructor'])('nothing is inherited: %s', (name) => {
    const tenancy: TenancyModel = { source: 'claim', name, ownership: 'tenant' };
    expect(() => read(tenancy, { authorizer: { jwt: { claims: {} } } })).toThrow(expect.objectContaining({ code: 'TENANT_MISSING' }));
  });

  test('a claim is never taken from elsewhere when there are claims', () => {
    const requestContext = { authorizer: { 'jwt': { claims: { sub: 'ada' } }, 'lambda': { 'custom:tenant': 'acme' }, 'custom:tenant': 'acme' } };
    expect(() => read(CLAIM, requestContext)).toThrow(expect.objectContaining({ code: 'TENANT_MISSING' }));
  });

  test('where uploads are their owners\', nobody in particular has none', () => {
    expect(() => read(CONTEXT, { authorizer: { lambda: { tenant: 'acme' } } })).toThrow(expect.objectContaining({ code: 'OWNER_MISSING', status: 403 }));
    expect(read(CLAIM, { authorizer: { claims: { 'custom:tenant': 'acme' } } })).toMatchObject({ owner: null });
  });
});
