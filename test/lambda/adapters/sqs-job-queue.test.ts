import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { LightSqs } from '../../../lambda-src/adapters/aws/sqs';
import { SqsJobQueue } from '../../../lambda-src/adapters/sqs-job-queue';
import { IngestJob } from '../../../lambda-src/application/uploads/job-queue';
import { parseMessage } from '../../../lambda-src/domain/uploads/message';
import { withEngine } from '../../support/with-engine';
import { withServer } from './aws/aws-server';
import { FakeAws } from './aws/fake-aws';

const JOB: IngestJob = { uploadId: 'u1', tenantId: 'acme', files: [{ name: 'b', key: 'uploads/u1/b' }, { name: 'a', key: 'uploads/u1/a' }], attempt: 1 };

describe('what is sent', () => {
  const aws = withServer(new FakeAws());

  async function sent(queueUrl: string, job: IngestJob): Promise<Record<string, string>> {
    aws.answer({ body: '{"MessageId":"1"}' });
    await new SqsJobQueue(new LightSqs(), queueUrl).send(job);
    const [{ headers, url, body }] = aws.requests;
    expect({ url, target: headers['x-amz-target'], type: headers['content-type'] })
      .toEqual({ url: '/', target: 'AmazonSQS.SendMessage', type: 'application/x-amz-json-1.0' });
    return JSON.parse(body) as Record<string, string>;
  }

  test('goes to the endpoint and names the queue, with the tenant as its group', async () => {
    const message = await sent('https://elsewhere.example.com/1/jobs', JOB);
    expect(message).toEqual({ QueueUrl: 'https://elsewhere.example.com/1/jobs', MessageBody: expect.any(String), MessageGroupId: 'acme' });
    expect(JSON.parse(message.MessageBody)).toEqual({ job: 'ingest', uploadId: 'u1', tenantId: 'acme', files: JOB.files });
    expect(parseMessage(message.MessageBody)).toMatchObject({ kind: 'ingest', uploadId: 'u1', tenantId: 'acme' });
  });

  test('is the same to a FIFO queue when the same is asked for again, and another in the next attempt', async () => {
    const id = async (job: IngestJob) => (await sent('https://sqs/1/jobs.fifo', job)).MessageDeduplicationId;
    const first = await id(JOB);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await id({ ...JOB, files: [...JOB.files].reverse() })).toBe(first);
    expect(await id({ ...JOB, attempt: 2 })).not.toBe(first);
    expect(await id({ ...JOB, tenantId: 'other' })).not.toBe(first);
  });
});

describe('on the local engine', () => {
  const engine = withEngine();

  test('a job arrives', async () => {
    const QueueUrl = await engine.resources.queue();
    await new SqsJobQueue(new LightSqs(), QueueUrl).send(JOB);
    const { Messages } = await engine.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    expect(Messages!.map(({ Body }) => JSON.parse(Body!) as unknown)).toEqual([{ job: 'ingest', uploadId: 'u1', tenantId: 'acme', files: JOB.files }]);
  });

  test('a queue that is gone is an error', async () => {
    await expect(new SqsJobQueue(new LightSqs(), 'http://127.0.0.1/000000000000/not-there').send(JOB))
      .rejects.toMatchObject({ name: 'AwsError', code: expect.stringMatching(/QueueDoesNotExist|NonExistentQueue/) });
  });
});
