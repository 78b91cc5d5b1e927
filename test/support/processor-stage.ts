import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { LightDynamoDb } from '../../lambda-src/adapters/aws/dynamodb';
import { StatusTable } from '../../lambda-src/adapters/tables/status-table';
import { WorkTable } from '../../lambda-src/adapters/tables/work-table';
import { announcedFile, newUpload, Upload } from '../../lambda-src/domain/uploads/upload';
import { CSV_CONTENT_TYPES, Env } from '../../src/private/contract';
import { ensureEngine } from '../../tools/local-engine';
import { type Sandbox } from '../../tools/sandbox';
import { EngineResources } from './engine-resources';
import { awsClients } from './local-engine';

/** Tables, a bucket and queues in the engine, the environment of a processor that works with them, and uploads for it. */
export class ProcessorStage {
  static async create(): Promise<ProcessorStage> {
    await ensureEngine();
    const clients = awsClients();
    const resources = new EngineResources(clients);
    const environment = {
      [Env.BUCKET]: await resources.bucket(),
      [Env.STATUS_TABLE]: await resources.table(['uploadId'], { recent: ['_list', '_pos'], deadline: ['deadlineShard', 'deadline'] }),
      [Env.QUERY_TABLE]: await resources.table(['_pk', '_sk'], { recent: ['_list', '_pos'] }),
      [Env.QUERY_PARTITION_KEY]: '_pk',
      [Env.QUERY_SORT_KEY]: '_sk',
      [Env.QUERY_SHARDS]: '4',
      [Env.RECORD_RETENTION_SECONDS]: '0',
      [Env.QUEUE_URL]: await resources.queue(),
      [Env.JOB_QUEUE_URL]: await resources.queue(),
      [Env.QUEUES_JOBS]: 'false',
      [Env.HANDLER_FUNCTION]: '',
      [Env.FAN_OUT_MACHINE]: '',
      [Env.FAN_OUT_ABOVE]: '0',
      [Env.HANDLER_TIMEOUT_SECONDS]: '0',
      [Env.MAX_RECEIVE_COUNT]: '3',
      [Env.VISIBILITY_SECONDS]: '1800',
      [Env.MAX_FILE_SIZE]: '1000000',
      [Env.CONTENT_TYPES]: JSON.stringify(CSV_CONTENT_TYPES),
      POWERTOOLS_SERVICE_NAME: 'test',
      POWERTOOLS_METRICS_NAMESPACE: 'UploadIngest',
      // Logs and metrics go through the console, where the test can read them.
      POWERTOOLS_DEV: 'true',
      POWERTOOLS_METRICS_DISABLED: 'false',
    };
    return new ProcessorStage(clients, resources, environment);
  }

  readonly documents: DynamoDBDocumentClient;
  readonly work: WorkTable;
  private readonly uploads: StatusTable;

  private constructor(
    readonly clients: ReturnType<typeof awsClients>,
    readonly resources: EngineResources,
    readonly environment: Readonly<Record<string, string>>,
  ) {
    this.documents = DynamoDBDocumentClient.from(clients.dynamodb);
    const light = new LightDynamoDb();
    this.uploads = new StatusTable(light, environment[Env.STATUS_TABLE]);
    this.work = new WorkTable(light, environment[Env.STATUS_TABLE], () => crypto.randomUUID());
  }

  async announce(changes: Partial<Upload> = {}, { fileName, contentType } = { fileName: 'ü + %.csv', contentType: 'text/csv' }): Promise<Upload> {
    const uploadId = crypto.randomUUID();
    const upload = newUpload({
      uploadId,
      tenantId: '-',
      owner: null,
      files: [announcedFile({ name: 'file', fileName, key: `uploads/${uploadId}/${fileName}`, contentType, size: null })],
      metadata: {},
      at: new Date().toISOString(),
      deadline: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await this.uploads.create({ ...upload, ...changes });
    return { ...upload, ...changes };
  }

  async send(Body: string | Uint8Array, upload?: Upload): Promise<Upload> {
    const announced = upload ?? await this.announce();
    const [{ key: Key, contentType: ContentType }] = announced.files;
    await this.clients.s3.send(new PutObjectCommand({ Bucket: this.environment[Env.BUCKET], Key, Body, ContentType }));
    return announced;
  }

  async current({ uploadId }: Upload): Promise<Upload> {
    return (await this.uploads.get(uploadId))!;
  }
}

/** What S3 says when a file is there. */
export function arrival({ files: [{ key }] }: Upload): string {
  const encoded = encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
  return JSON.stringify({ Records: [{ eventTime: new Date().toISOString(), s3: { object: { key: encoded } } }] });
}

export function message(body: string, attributes: Partial<SQSRecord['attributes']> = {}, changes: Partial<SQSRecord> = {}): SQSRecord {
  return {
    messageId: crypto.randomUUID(),
    receiptHandle: 'unknown',
    body,
    attributes: {
      ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()), SenderId: '', ApproximateFirstReceiveTimestamp: '', ...attributes,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: 'us-east-1',
    ...changes,
  };
}

/** What came of messages that a process of the processor was given. */
export interface Delivered {
  /** Those that come again. */
  readonly again: readonly string[];
  /** Bytes of memory that the process had at most. */
  readonly peak: number;
}

/** Undefined: the process was killed. */
export async function deliverTo(sandbox: Sandbox, records: readonly SQSRecord[], milliseconds?: number): Promise<Delivered | undefined> {
  const returned = await sandbox.invoke<SQSBatchResponse>({ Records: records }, milliseconds);
  return returned && { again: returned.value.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), peak: returned.peak };
}
