import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { bucketEndpoint, Service, serviceEndpoint, urlOf } from '../../../../lambda-src/adapters/aws/endpoint';
import { lambdaEnvironment } from './aws-server';

/** Where the SDK would send a request, found out by a handler that sends nothing. */
interface Sent { readonly protocol: string; readonly hostname: string; readonly port?: number; readonly path: string }
async function whereTheSdkSends(send: (handler: { handle(request: Sent): Promise<never> }) => Promise<unknown>): Promise<string> {
  let sent: Sent | undefined;
  await send({
    handle: async (request) => {
      sent = request;
      throw Object.assign(new Error('not sent'), { $retryable: false });
    },
  }).catch(() => undefined);
  const { protocol, hostname, port, path } = sent!;
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
}

const config = (requestHandler: unknown) => ({ requestHandler, maxAttempts: 1 }) as object;
const sdk = {
  s3: (Bucket: string) => whereTheSdkSends((handler) => new S3Client(config(handler)).send(new GetObjectCommand({ Bucket, Key: 'key' }))),
  dynamodb: () => whereTheSdkSends((handler) => new DynamoDBClient(config(handler)).send(new GetItemCommand({ TableName: 't', Key: { a: { S: 'b' } } }))),
  sqs: () => whereTheSdkSends((handler) => new SQSClient(config(handler)).send(
    new SendMessageCommand({ QueueUrl: `${urlOf(serviceEndpoint(Service.SQS))}/1/q`, MessageBody: 'x' }))),
};

beforeEach(() => { Object.assign(process.env, lambdaEnvironment()); });

async function expectSdkAgrees(...buckets: string[]): Promise<void> {
  expect(`${urlOf(serviceEndpoint(Service.DYNAMODB))}/`).toBe(await sdk.dynamodb());
  expect(`${urlOf(serviceEndpoint(Service.SQS))}/`).toBe(await sdk.sqs());
  for (const bucket of buckets) expect(`${urlOf(bucketEndpoint(bucket))}/key`).toBe(await sdk.s3(bucket));
}

const BUCKETS = ['files', 'my.files', '127.0.0.1', 'a.b.c-d', 'x'.repeat(63)];

test.each([
  'us-east-1', 'eu-central-1', 'ap-southeast-4', 'il-central-1', 'cn-north-1', 'cn-northwest-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1',
  'us-isof-south-1', 'eu-isoe-west-1', 'eusc-de-east-1',
])('in %s everything is where the SDK looks for it', async (region) => {
  process.env.AWS_REGION = region;
  await expectSdkAgrees(...BUCKETS);
});

test.each([
  'http://127.0.0.1:4566', 'https://127.0.0.1:4567', 'http://localhost:4566', 'https://proxy.example.com', 'https://proxy.example.com/below/it',
  'http://proxy.example.com:8080/', 'http://[::1]:4566',
])('an endpoint of its own, %s, is taken as the SDK takes it', async (endpoint) => {
  process.env.AWS_ENDPOINT_URL = endpoint;
  await expectSdkAgrees(...BUCKETS);
});

test('the endpoint of one service comes before that of all, and an empty one is none', async () => {
  process.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:1';
  process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:2';
  await expectSdkAgrees('files');
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:3';
  process.env.AWS_ENDPOINT_URL_SQS = '';
  await expectSdkAgrees('files');
  expect(urlOf(serviceEndpoint(Service.SECRETS_MANAGER))).toBe('http://127.0.0.1:3');
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = 'http://127.0.0.1:4';
  expect(urlOf(serviceEndpoint(Service.SECRETS_MANAGER))).toBe('http://127.0.0.1:4');
  // The SDK calls Step Functions so, whose host is called something else.
  process.env.AWS_ENDPOINT_URL_SFN = 'http://127.0.0.1:5';
  expect(urlOf(serviceEndpoint(Service.STEP_FUNCTIONS))).toBe('http://127.0.0.1:5');
});

test('without a region nothing can be found', () => {
  process.env.AWS_REGION = '';
  expect(() => serviceEndpoint(Service.S3)).toThrow('the environment variable AWS_REGION is missing: Lambda sets it');
});
