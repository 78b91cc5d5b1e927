import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { IngestQueue, Tenancy, UploadApi, UploadAuth, UploadIngestPipeline, UploadProcessor } from '../../src';
import { ApiClient, type Upload, withToken } from '../../tools/client';
import { ensureEngine, targetsRealAccount } from '../../tools/local-engine';
import { deadLetterOf } from '../support/dead-letters';
import { withFile } from '../support/ingest';
import { inlineFunction } from '../support/inline-function';
import { awsClients, deployApp } from '../support/local-engine';
import { OidcIssuer } from '../support/oidc-issuer';

const RUN = randomUUID().slice(0, 8);

/** Works for as long as the metadata says, in two stages, or fails as it says. */
const WORKER = `exports.handler = async ({ metadata, stage, files, tenantId, owner }) => {
  if (stage === null) return { stage: 'working', state: { begun: true }, progress: { bytes: 1, totalBytes: 2 } };
  await new Promise((resolve) => setTimeout(resolve, Number(metadata.milliseconds)));
  if (metadata.fails === 'always') throw new TypeError('what the uploader must not see');
  if (metadata.fails === 'for good') return { error: { code: 'NO_GOOD', message: 'the file is no good' } };
  return { result: { files: files.map(({ name, size }) => name + ' ' + size), tenantId, owner }, records: files.map(({ fileName }) => ({ fileName })) };
};`;

let issuer: OidcIssuer;
let names: Readonly<Record<string, string>>;
let sqs: SQSClient;
let poison: string;
let behindPoison: string;
beforeAll(async () => {
  await ensureEngine();
  issuer = await OidcIssuer.start();
  const deployed = await deployApp((app) => {
    const stack = new Stack(app, 'Fifo');
    const pipeline = new UploadIngestPipeline(stack, 'Pipeline', {
      api: UploadApi.http({ auth: UploadAuth.jwt({ issuer: issuer.url, audiences: ['files'] }) }),
      tenancy: Tenancy.fromClaim('tenant'),
      queue: IngestQueue.fifo({ visibilityTimeout: Duration.seconds(60), maxReceiveCount: 2 }),
      processor: UploadProcessor.handler(inlineFunction(stack, 'Worker', WORKER), { timeout: Duration.seconds(30), handlerTimeout: Duration.seconds(10) }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const outputs = {
      ApiUrl: pipeline.apiUrl!,
      Arrivals: pipeline.arrivalsQueue.queueUrl,
      Jobs: pipeline.queue.queueUrl,
      DeadJobs: pipeline.deadLetterQueue!.queueUrl,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
  });
  names = deployed.outputs;
  ({ sqs } = awsClients());
  // Half a minute goes by until its last attempt, in which the other tests run.
  const api = clientOf('poison');
  poison = await queued(api, { fails: 'always' });
  behindPoison = await queued(api);
}, 300_000);
afterAll(() => issuer.stop());

const clientOf = (tenant: string) => (
  new ApiClient(names.ApiUrl, withToken(issuer.token({ aud: 'files', sub: 'ada', tenant: `${tenant}-${RUN}` })))
);

/** Sends the files of an upload; returns its id. */
async function send(api: ApiClient, metadata: Record<string, string> = {}, fileNames: readonly string[] = ['a.txt']): Promise<string> {
  const files = fileNames.map((fileName, nth) => ({ name: `f${nth}`, fileName, contentType: 'text/plain', size: fileName.length }));
  const { uploadId, files: started } = await api.startUpload({ files, metadata: { milliseconds: '0', ...metadata } });
  for (const [nth, { upload }] of started!.entries()) await withFile(fileNames[nth], (path) => api.sendFile(upload!, path));
  return uploadId;
}

/** Sends an upload; its place in the queue is certain then. */
async function queued(api: ApiClient, metadata?: Record<string, string>): Promise<string> {
  const uploadId = await send(api, metadata);
  // Whoever notes the file may not have sent the job yet; the answer to this comes when it is there.
  await api.completeUpload(uploadId);
  return uploadId;
}

const timeOf = (upload: Upload, status: string) => upload.history.filter((entry) => entry.status === status).at(-1)!.at;

test('a tenant\'s uploads are worked on one after the other in their order, those of others meanwhile', async () => {
  const [acme, globex] = ['order-a', 'order-b'].map(clientOf);
  const ofAcme: string[] = [];
  for (let nth = 0; nth < 4; nth++) ofAcme.push(await queued(acme, { milliseconds: '1500' }));
  const ofGlobex = await queued(globex);
  const other = await globex.waitForUpload(ofGlobex);
  const done: Upload[] = [];
  for (const uploadId of ofAcme) done.push(await acme.waitForUpload(uploadId));
  expect([other, ...done].map(({ status }) => status)).toEqual(Array(5).fill('COMPLETED'));
  for (let nth = 1; nth < done.length; nth++) {
    expect(timeOf(done[nth], 'PROCESSING') >= timeOf(done[nth - 1], 'COMPLETED')).toBe(true);
  }
  // The local engine takes one message of a FIFO queue after the other, whatever its group.
  if (targetsRealAccount()) expect(timeOf(other, 'COMPLETED') < timeOf(done[3], 'COMPLETED')).toBe(true);
}, 120_000);

test('an upload of several files is one job, with stage, result and records', async () => {
  const api = clientOf('files');
  const upload = await api.waitForUpload(await send(api, {}, ['b.txt', 'aa.txt']));
  expect(upload).toMatchObject({
    status: 'COMPLETED',
    stage: 'working',
    result: { files: ['f0 5', 'f1 6'], tenantId: `files-${RUN}`, owner: 'ada' },
    counts: { total: 2, accepted: 2, rejected: 0 },
    history: ['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED'].map((status) => ({ status })),
  });
});

test('however often a file is announced, and a job is sent, an upload is worked on once', async () => {
  const api = clientOf('again');
  const uploadId = await send(api, { milliseconds: '500' });
  const { files: [{ key }] } = await api.getUpload(uploadId);
  const notice = JSON.stringify({ Records: [{ eventTime: new Date().toISOString(), s3: { object: { key: encodeURIComponent(key) } } }] });
  const tenantId = `again-${RUN}`;
  const job = JSON.stringify({ job: 'ingest', uploadId, tenantId, files: [] });
  await Promise.all(Array.from({ length: 5 }, () => sqs.send(new SendMessageCommand({ QueueUrl: names.Arrivals, MessageBody: notice }))));
  for (let nth = 0; nth < 3; nth++) {
    const group = { MessageGroupId: tenantId, MessageDeduplicationId: randomUUID() };
    await sqs.send(new SendMessageCommand({ QueueUrl: names.Jobs, MessageBody: job, ...group }));
  }
  // It stands behind all of them.
  await api.waitForUpload(await queued(api));
  const upload = await api.getUpload(uploadId);
  expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
});

test('a failure that the function decides on is no reason to try again', async () => {
  const api = clientOf('no-good');
  const upload = await api.waitForUpload(await send(api, { fails: 'for good' }));
  expect(upload).toMatchObject({ status: 'FAILED', error: { code: 'NO_GOOD', message: 'the file is no good' }, result: null });
  expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'FAILED']);
});

test('one that fails at every attempt holds up its tenant until then, ends as FAILED in the dead-letter queue, and the next one goes on', async () => {
  const api = clientOf('poison');
  expect(await api.waitForUpload(poison)).toMatchObject({
    status: 'FAILED',
    // The local engine has a type of its own for all errors.
    error: {
      code: 'HANDLER_FAILED', message: expect.stringMatching(/^the function failed with [\w.]+; the log of '[\w-]+' says why; it can be processed again$/) as unknown,
    },
  });
  const completed = await api.waitForUpload(behindPoison);
  expect(completed.status).toBe('COMPLETED');
  expect(timeOf(completed, 'PROCESSING') >= timeOf(await api.getUpload(poison), 'FAILED')).toBe(true);
  await deadLetterOf(poison, sqs, names.DeadJobs);
}, 120_000);
