import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { EngineResources } from './engine-resources';
import { awsClients } from './local-engine';
import { LightDynamoDb } from '../../lambda-src/adapters/aws/dynamodb';
import { StatusTable } from '../../lambda-src/adapters/status-table';
import { WorkTable } from '../../lambda-src/adapters/work-table';
import { announcedFile, newUpload, Upload } from '../../lambda-src/domain/upload';
import { CSV_CONTENT_TYPES, Env } from '../../src/private/contract';
import { ensureEngine } from '../../tools/local-engine';

export type ProcessorHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** The processor's handler, loaded into a test, with tables, a bucket and queues of its own in the engine. */
export class ProcessorFunction {
  static async start(): Promise<ProcessorFunction> {
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
    return new ProcessorFunction(clients, resources, environment);
  }

  readonly logged: string[] = [];
  readonly documents: DynamoDBDocumentClient;
  readonly work: WorkTable;
  private readonly uploads: StatusTable;
  private readonly handler: ProcessorHandler;

  private constructor(
    readonly clients: ReturnType<typeof awsClients>,
    readonly resources: EngineResources,
    readonly environment: Readonly<Record<string, string>>,
  ) {
    this.documents = DynamoDBDocumentClient.from(clients.dynamodb);
    const light = new LightDynamoDb();
    this.uploads = new StatusTable(light, environment[Env.STATUS_TABLE]);
    this.work = new WorkTable(light, environment[Env.STATUS_TABLE], () => crypto.randomUUID());
    this.handler = this.load();
  }

  /** The function as a new sandbox has it. */
  load(changes: Record<string, string> = {}): ProcessorHandler {
    jest.resetModules();
    Object.assign(process.env, this.environment, changes);
    return jest.requireActual<{ handler: ProcessorHandler }>('../../lambda-src/handlers/processor').handler;
  }

  /** For `beforeEach`. */
  listen(): void {
    this.logged.length = 0;
    for (const method of ['log', 'info', 'warn', 'error'] as const) {
      jest.spyOn(console, method).mockImplementation((...line: unknown[]) => { this.logged.push(line.join(' ')); });
    }
  }

  async announce(changes: Partial<Upload> = {}): Promise<Upload> {
    const uploadId = crypto.randomUUID();
    const upload = newUpload({
      uploadId,
      tenantId: '-',
      owner: null,
      files: [announcedFile({ name: 'file', fileName: 'ü + %.csv', key: `uploads/${uploadId}/ü + %.csv`, contentType: 'text/csv', size: null })],
      metadata: {},
      at: new Date().toISOString(),
      deadline: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await this.uploads.create({ ...upload, ...changes });
    return { ...upload, ...changes };
  }

  async send(Body: string, upload?: Upload): Promise<Upload> {
    const announced = upload ?? await this.announce();
    const [{ key: Key }] = announced.files;
    await this.clients.s3.send(new PutObjectCommand({ Bucket: this.environment[Env.BUCKET], Key, Body, ContentType: 'text/csv' }));
    return announced;
  }

  async current({ uploadId }: Upload): Promise<Upload> {
    return (await this.uploads.get(uploadId))!;
  }

  /** Calls the function; returns the messages that come again, and what was counted. */
  async call(records: SQSRecord[], called = this.handler): Promise<{ again: string[]; counted: Record<string, number> }> {
    const context = { awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => 300_000 } as Context;
    const { batchItemFailures } = await called({ Records: records }, context);
    const counted: Record<string, number> = {};
    for (const line of this.logged.filter((one) => one.includes('CloudWatchMetrics'))) {
      const { _aws: _, service: __, ...metrics } = JSON.parse(line) as Record<string, number>;
      Object.assign(counted, metrics);
    }
    return { again: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), counted };
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
