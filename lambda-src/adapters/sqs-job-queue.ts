import { INGEST_JOB } from '../../src/private/contract';
import { IngestJob, JobQueue } from '../application/uploads/job-queue';
import { jobDeduplicationId } from '../domain/uploads/job-deduplication-id';
import { LightSqs } from './aws/sqs';

/** Jobs on an SQS queue. Those of one tenant are a group: in order on a FIFO queue, and no obstacle to others on a standard one. */
export class SqsJobQueue implements JobQueue {
  constructor(private readonly sqs: LightSqs, private readonly queueUrl: string) {}

  public async send(job: IngestJob): Promise<void> {
    const { uploadId, tenantId, files } = job;
    await this.sqs.sendMessage({
      QueueUrl: this.queueUrl,
      MessageBody: JSON.stringify({ job: INGEST_JOB, uploadId, tenantId, files: files.map(({ name, key }) => ({ name, key })) }),
      MessageGroupId: tenantId,
      ...(this.queueUrl.endsWith('.fifo') ? { MessageDeduplicationId: jobDeduplicationId(job) } : {}),
    });
  }
}
