import { AuthorizeToken, GroupScopes } from '../../../../lambda-src/application/access/authorize-token';

const NO_SCOPES: GroupScopes = { upload: [], query: [] };
const access = (claims: Record<string, unknown> | undefined, required: GroupScopes, token: string | undefined = 'token') => (
  new AuthorizeToken({ verify: async () => claims }, required).run(token)
);

test('a bad token, or none, is no access', async () => {
  expect(await access(undefined, NO_SCOPES)).toBeUndefined();
  expect(await new AuthorizeToken({ verify: () => Promise.reject(new Error('not asked')) }, NO_SCOPES).run(undefined)).toBeUndefined();
});

test('a good token is enough where no scope is asked for', async () => {
  expect(await access({ sub: 'a' }, NO_SCOPES)).toEqual({ claims: { sub: 'a' }, groups: ['upload', 'query'] });
});

test.each([
  ['', []],
  ['uploads', ['upload']],
  ['records', ['query']],
  ['all', ['upload', 'query']],
  ['uploads records', ['upload', 'query']],
  ['uploadsrecords', []],
])('the scopes %j open %j', async (scope, groups) => {
  const required = { upload: ['uploads', 'all'], query: ['records', 'all'] };
  expect(await access({ scope }, required)).toMatchObject({ groups });
});

test('one group may want a scope and the other none', async () => {
  expect(await access({}, { upload: ['uploads'], query: [] })).toMatchObject({ groups: ['query'] });
});
