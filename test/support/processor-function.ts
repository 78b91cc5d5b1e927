import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { ProcessorStage } from './processor-stage';
import { Upload } from '../../lambda-src/domain/upload';

export { arrival, message } from './processor-stage';
export type ProcessorHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** The processor's handler, loaded into a test, with tables, a bucket and queues of its own in the engine. */
export class ProcessorFunction {
  static async start(): Promise<ProcessorFunction> {
    return new ProcessorFunction(await ProcessorStage.create());
  }

  readonly logged: string[] = [];
  private readonly handler: ProcessorHandler;

  private constructor(private readonly stage: ProcessorStage) {
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
