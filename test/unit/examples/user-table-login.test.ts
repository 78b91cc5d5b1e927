import { execFileSync } from 'node:child_process';
import { createHmac, scryptSync } from 'node:crypto';
import { join } from 'node:path';

const FUNCTIONS = join(__dirname, '..', '..', '..', 'examples', 'user-table-login', 'functions');

/** A table of one user and a secret, in the place of boto3. */
const WORLD = `
import os, sys, types, unittest.mock
from passwords import hashed
os.environ.update(USERS_TABLE_NAME="users", SECRET_ARN="secret")
ADA = {"name": "ada", "passwordHash": hashed("a quiet reading room"), "library": "north", "scopes": {"upload", "query"}}
boto3 = unittest.mock.MagicMock()
boto3.resource.return_value.Table.return_value.get_item.side_effect = lambda Key, **_: {"Item": ADA} if Key["name"] == "ada" else {}
boto3.client.return_value.get_secret_value.return_value = {"SecretString": "s" * 64}
sys.modules["boto3"] = boto3
import login
`;

/** What Python prints for an expression over `args`, with the functions on its path. */
function python<T>(before: string, expression: string, ...args: unknown[]): T {
  const script = `import json, sys\nargs = json.loads(sys.stdin.read())\n${before}\nprint(json.dumps(${expression}))`;
  return JSON.parse(execFileSync('python3', ['-B', '-c', script], { cwd: FUNCTIONS, input: JSON.stringify(args), encoding: 'utf8' })) as T;
}

interface Answer { readonly statusCode: number; readonly headers: Record<string, string>; readonly body: string }
const bodiesAnswered = (...events: object[]) => python<Answer[]>(WORLD, '[login.handler(event, None) for event in args]', ...events);

test('a password is kept as a hash that Node computes likewise, with a salt of its own', () => {
  const [first, second] = python<string[]>('import passwords', '[passwords.hashed(args[0]) for _ in range(2)]', 'pässword');
  expect(first).not.toBe(second);
  const [, cost, blockSize, parallelization, salt, digest] = first.split('$');
  const parameters = { cost: Number(cost), blockSize: Number(blockSize), parallelization: Number(parallelization), maxmem: 2 ** 27 };
  expect(scryptSync('pässword', Buffer.from(salt, 'hex'), 32, parameters).toString('hex')).toBe(digest);
  expect(parameters).toMatchObject({ cost: 32_768, blockSize: 8, parallelization: 3 });
});

test('only the password itself matches, and none that of nobody', () => {
  const stored = 'scrypt$16$1$1$00$' + scryptSync('right', Buffer.from('00', 'hex'), 32, { cost: 16, blockSize: 1, parallelization: 1 }).toString('hex');
  const asked = ['right', 'Right', 'right ', ''];
  expect(python('import passwords', '[passwords.matches(password, args[0]) for password in args[1]]', stored, asked)).toEqual([true, false, false, false]);
  expect(python('import passwords', '[passwords.matches(password, passwords.NOBODY) for password in args]', '', 'x')).toEqual([false, false]);
});

test('a token is signed as RFC 7519 says', () => {
  const claims = { sub: 'ädä', exp: 1_800_000_000 };
  const [header, payload, signature] = python<string>('import tokens', 'tokens.signed(*args)', claims, 'secret').split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(claims);
  expect(signature).toBe(createHmac('sha256', 'secret').update(`${header}.${payload}`).digest('base64url'));
});

test('login answers a user with a token that nobody may keep, also for a body in base64', () => {
  const body = JSON.stringify({ name: 'ada', password: 'a quiet reading room' });
  const answers = bodiesAnswered({ body }, { body: Buffer.from(body).toString('base64'), isBase64Encoded: true });
  for (const { statusCode, headers, body: answered } of answers) {
    expect({ statusCode, headers }).toEqual({ statusCode: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } });
    const { token } = JSON.parse(answered) as { token: string };
    expect(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())).toMatchObject({ sub: 'ada', library: 'north', scope: 'query upload' });
  }
});

test('login answers a wrong name and a wrong password with the same bytes', () => {
  const [wrongName, wrongPassword] = bodiesAnswered(
    { body: '{"name":"bob","password":"a quiet reading room"}' }, { body: '{"name":"ada","password":"a noisy reading room"}' },
  );
  expect(wrongName).toEqual(wrongPassword);
  expect(wrongName.statusCode).toBe(401);
});

test('login refuses everything else without looking anybody up', () => {
  const bodies = ['', '{', 'null', '[]', '"ada"', '7', '{}', '{"name":"ada"}', '{"name":"ada","password":7}', '{"name":["ada"],"password":"x"}',
    '{"name":"","password":"x"}', '{"name":"\\ud800","password":"x"}', '{"name":"ada","password":"\\ud800"}',
    JSON.stringify({ name: 'a'.repeat(129), password: 'x' }), JSON.stringify({ name: 'ada', password: 'x'.repeat(1001) })];
  const events = [...bodies.map((body) => ({ body })), {}, { body: '%', isBase64Encoded: true }, { body: '/w==', isBase64Encoded: true }];
  expect(bodiesAnswered(...events).map(({ statusCode }) => statusCode)).toEqual(events.map(() => 400));
});
