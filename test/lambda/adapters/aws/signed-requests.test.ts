import { Sha256 as OtherSha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsError } from '../../../../lambda-src/adapters/aws/aws-error';
import { LightDynamoDb } from '../../../../lambda-src/adapters/aws/dynamodb';
import { exchange } from '../../../../lambda-src/adapters/aws/http-exchange';
import { LightSecretsManager } from '../../../../lambda-src/adapters/aws/secrets-manager';
import { SignedRequests, SignedRequestsPorts } from '../../../../lambda-src/adapters/aws/signed-requests';
import { withServer } from './aws-server';
import { FakeAnswer, FakeAws } from './fake-aws';

const aws = withServer(new FakeAws());

const pauses: number[] = [];
let clock = 0;
const ports: SignedRequestsPorts = {
  exchange,
  sleep: async (milliseconds) => { pauses.push(milliseconds); },
  random: () => 0.5,
  now: () => clock,
};
beforeEach(() => { pauses.length = clock = 0; });
const requests = (changes: Partial<SignedRequestsPorts> = {}) => new SignedRequests({ ...ports, ...changes });
const dynamodb = (changes?: Partial<SignedRequestsPorts>) => new LightDynamoDb(requests(changes));
const get = (client = dynamodb()) => client.call('GetItem', { TableName: 't', Key: { id: { S: 'x' } } });
const refused = (type: string, status = 400) => ({ status, body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'no' }) });
const failure = async (promise: Promise<unknown>) => promise.then(() => { throw new Error('it succeeded'); }, (error: unknown) => error as AwsError);

test('a request is signed with everything it says, as the service will check it', async () => {
  aws.answer({ body: '{"Item":{"id":{"S":"x"}}}' });
  expect(await get()).toEqual({ Item: { id: { S: 'x' } } });
  const [{ method, url, headers, body }] = aws.requests;
  expect({ method, url, body }).toEqual({ method: 'POST', url: '/', body: '{"TableName":"t","Key":{"id":{"S":"x"}}}' });
  expect(headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.GetItem', 'x-amz-security-token': 'session/token+==',
  });
  const date = String(headers['x-amz-date']);
  const signer = new SignatureV4({
    service: 'dynamodb', region: 'eu-central-1', sha256: OtherSha256, credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'very secret', sessionToken: 'session/token+==' },
  });
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization!)![1].split(';');
  expect(names).toEqual(['content-type', 'host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']);
  const signed = await signer.sign({
    method, protocol: 'http:', hostname: 'x', path: '/', query: {}, body, headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
  }, { signingDate: new Date(date.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z')) });
  expect(headers.authorization).toBe(signed.headers.authorization);
});

test('credentials that Lambda refreshed are used at the next call', async () => {
  aws.answer({ body: '{}' });
  const client = dynamodb();
  await get(client);
  process.env.AWS_ACCESS_KEY_ID = 'AKIDNEW';
  delete process.env.AWS_SESSION_TOKEN;
  await get(client);
  expect(aws.requests[0].headers.authorization).toContain('Credential=AKIDEXAMPLE/');
  expect(aws.requests[1].headers.authorization).toContain('Credential=AKIDNEW/');
  expect(aws.requests[1].headers).not.toHaveProperty('x-amz-security-token');
});

describe('what may succeed at another time is tried again', () => {
  test.each<[string, FakeAnswer]>([
    ['an answer that was lost', { lost: true }],
    ['an error of the service', { status: 500, body: 'oops' }],
    ['a service that is not there', { status: 503 }],
    ['too many requests', { status: 429 }],
    ['a conflict with another request about the same object', refused('ConditionalRequestConflict', 409)],
    ...['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'].map((type): [string, FakeAnswer] => [type, refused(type)]),
  ])('%s', async (_, answer) => {
    aws.answer(answer, answer, { body: '{}' });
    expect(await get()).toEqual({});
    expect(aws.requests).toHaveLength(3);
    // Half of 100 and of 200: the jitter is full.
    expect(pauses).toEqual([50, 100]);
  });

  test('but not for ever', async () => {
    aws.answer(refused('ThrottlingException'));
    expect(await failure(get())).toMatchObject({ name: 'AwsError', service: 'dynamodb', operation: 'GetItem', status: 400, code: 'ThrottlingException' });
    expect(aws.requests).toHaveLength(3);
  });

  test('nor after the caller has given up', async () => {
    aws.answer({ status: 500 });
    const client = dynamodb({ now: () => { clock += 16_000; return clock; } });
    expect(await failure(get(client))).toMatchObject({ status: 500, code: 'Http500' });
    expect(aws.requests).toHaveLength(1);
  });

  test('an answer that does not come in time, too', async () => {
    aws.answer({ hangs: true }, { body: '{}' });
    const impatient: typeof exchange = async (request, headers, patience) => (
      exchange(request, headers, aws.requests.length === 0 ? { signal: AbortSignal.timeout(50) } : patience)
    );
    expect(await get(dynamodb({ exchange: impatient }))).toEqual({});
    expect(aws.requests).toHaveLength(2);
  });

  test('each attempt has its time', async () => {
    aws.answer({ hangs: true });
    const send = requests().send({
      service: { name: 's3', variable: 'S3' }, operation: 'GetObject', endpoint: { protocol: 'http:', hostname: '127.0.0.1', port: Number(new URL(process.env.AWS_ENDPOINT_URL!).port), basePath: '' }, method: 'GET', path: '/', timeoutMs: 30,
    }, () => undefined);
    expect(await failure(send)).toMatchObject({ status: 0, code: 'TimeoutError' });
    expect(aws.requests).toHaveLength(3);
  });
});

describe('what will not, is not', () => {
  test.each([['ValidationException', 400], ['ConditionalCheckFailedException', 400], ['AccessDeniedException', 403]])('%s', async (type, status) => {
    aws.answer(refused(type, status));
    expect(await failure(get())).toMatchObject({ status, code: type, message: `dynamodb GetItem failed: ${type} (${status}): no` });
    expect(aws.requests).toHaveLength(1);
  });

  test('a redirect is not followed: its target would not be signed for', async () => {
    aws.answer({ status: 307, headers: { location: 'http://127.0.0.1:1/' } });
    expect(await failure(get())).toMatchObject({ status: 307, code: 'Http307' });
  });

  test.each([
    [{ headers: { 'x-amzn-errortype': 'FooException:http://internal.amazon.com/' }, body: '{"Message":"m"}' }, 'FooException', ': m'],
    [{ body: '<html>' }, 'Http400', ''],
    [{ body: '"text"' }, 'Http400', ''],
  ])('%j is an error %s', async (answer, code, message) => {
    aws.answer({ status: 400, ...answer });
    expect(await failure(get())).toMatchObject({ code, message: `dynamodb GetItem failed: ${code} (400)${message}` });
  });
});

test('an error shows loggers neither secrets nor what is stored', async () => {
  process.env.AWS_SECRET_ACCESS_KEY = 'very secret';
  aws.answer({ status: 400, body: JSON.stringify({ __type: 'x#ConditionalCheckFailedException', message: 'm', Item: { secret: { S: 'stored' } } }) });
  const error = await failure(get());
  expect(error.body).toEqual({ Item: { secret: { S: 'stored' } } });
  const shown = JSON.stringify({ ...error, message: error.message, stack: error.stack, cause: error.cause });
  expect(shown).not.toMatch(/stored|very secret|session\/token|AKID/);
});

test('numbers keep their digits, and bytes are bytes, also under names that look like types', async () => {
  const item = '{"n":{"N":"12345678901234567890123456789012345678"},"b":{"B":"AQI="},"bs":{"BS":["AQ=="]},"B":{"S":"text"},"m":{"M":{"BS":{"L":[{"S":"x"}]}}}}';
  aws.answer({ body: `{"Item":${item}}` });
  expect((await get()).Item).toEqual({
    n: { N: '12345678901234567890123456789012345678' }, b: { B: Buffer.from([1, 2]) }, bs: { BS: [Buffer.from([1])] }, B: { S: 'text' }, m: { M: { BS: { L: [{ S: 'x' }] } } },
  });
});

test('a secret is read in JSON 1.1, and must be text', async () => {
  const secrets = new LightSecretsManager(requests());
  aws.answer({ body: '{"SecretString":"s3cr3t"}' }, { body: '{"SecretBinary":"AQ=="}' });
  expect(await secrets.secretText('arn:secret')).toBe('s3cr3t');
  expect(aws.requests[0]).toMatchObject({
    body: '{"SecretId":"arn:secret","VersionStage":"AWSCURRENT"}', headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
  });
  await expect(secrets.secretText('arn:secret')).rejects.toThrow('the secret is binary, not text');
});
