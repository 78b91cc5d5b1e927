import type * as nodeFs from 'node:fs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { transition, Upload } from '../../lambda-src/domain/uploads/upload';
import { RECORD_MODEL_FILE, RecordModel } from '../../src/private/contract';
import { ProcessorStage } from './processor-stage';

export { arrival, message } from './processor-stage';
export type ProcessorHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** The processor's handler, loaded into a test, with tables, a bucket and queues of its own in the engine. */
export class ProcessorFunction {
  readonly logged: string[] = [];
  private stage!: ProcessorStage;
  private handler!: ProcessorHandler;

  constructor(private readonly model: RecordModel) {}

  async start(): Promise<void> {
    this.stage = await ProcessorStage.create();
    this.handler = this.load();
  }

  get clients() { return this.stage.clients; }
  get resources() { return this.stage.resources; }
  get environment() { return this.stage.environment; }
  get documents() { return this.stage.documents; }
  get work() { return this.stage.work; }

  announce(changes?: Partial<Upload>): Promise<Upload> {
    return this.stage.announce(changes);
  }

  send(body: string, upload?: Upload): Promise<Upload> {
    return this.stage.send(body, upload);
  }

  current(upload: Upload): Promise<Upload> {
    return this.stage.current(upload);
  }

  /** Has somebody else work on the upload. */
  async hold({ uploadId, createdAt }: Upload): Promise<void> {
    const found = (await this.work.find(uploadId))!;
    const lease = { holder: 'other', until: new Date(Date.now() + 60_000).toISOString() };
    const upload = transition(transition(found.upload, 'UPLOADED', createdAt), 'PROCESSING', createdAt);
    await this.work.save({ ...found, upload, lease });
  }

  /** The function as a new sandbox has it. */
  load(changes: Record<string, string> = {}): ProcessorHandler {
    jest.resetModules();
    // The model lies beside the function's bundle, where a test has none.
    jest.doMock('node:fs', () => {
      const fs = jest.requireActual<typeof nodeFs>('node:fs');
      const readFileSync = (...args: Parameters<typeof fs.readFileSync>) => (
        String(args[0]).endsWith(RECORD_MODEL_FILE) ? JSON.stringify(this.model) : fs.readFileSync(...args)
      );
      return { ...fs, readFileSync };
    });
    Object.assign(process.env, this.environment, changes);
    return jest.requireActual<{ handler: ProcessorHandler }>('../../lambda-src/handlers/processor').handler;
  }

  listen(): void {
    this.logged.length = 0;
    for (const method of ['log', 'info', 'warn', 'error'] as const) {
      jest.spyOn(console, method).mockImplementation((...line: unknown[]) => { this.logged.push(line.join(' ')); });
    }
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

/** For the top of a file: the function is there while its tests run, and what is logged in one of them is its own. */
export function withProcessor(model: RecordModel): ProcessorFunction {
  const fn = new ProcessorFunction(model);
  beforeAll(() => fn.start(), 120_000);
  afterAll(async () => fn.resources.remove());
  beforeEach(() => fn.listen());
  afterEach(() => jest.restoreAllMocks());
  return fn;
}
