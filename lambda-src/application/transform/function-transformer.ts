import { base64Json, FirehoseEvent, FirehoseRecord, parseFirehoseAnswer } from '../../domain/transform/firehose';
import { RowResult, TransformFault } from '../../domain/transform/transform-result';
import { Invoked, sayingWhere } from '../ingest/call-handler';
import { AttemptFailed } from '../ingest/process-upload';
import { OutOfTime } from '../ingest/progress-report';
import { NumberedRow, RowTransformer, TransformJob } from './transform-rows';

export interface FunctionTransformerPorts {
  /** Calls the user's function once and waits for it; throws when there is no answer by then. */
  readonly invoke: (event: object, milliseconds: number, signal: AbortSignal) => Promise<Invoked>;
  readonly newId: () => string;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface FunctionTransformerRules {
  readonly batchSize: number;
  readonly concurrency: number;
  /** How long one call may take. */
  readonly callMilliseconds: number;
  readonly region: string;
  /** ARN of the object with this key. */
  readonly arnOf: (key: string) => string;
}

/** Lambda takes 6 MB (6,291,456 bytes) at once; some of them are for what is not rows. */
const MOST_RECORD_BYTES = 6_000_000;
/** Of the JSON of a record, what is not its id or its data: all of it is ASCII. */
const BYTES_AROUND_RECORD = JSON.stringify({ recordId: '', approximateArrivalTimestamp: Date.UTC(2100), data: '' }).length + 1;
/** As often as Amazon Data Firehose calls a function that fails, by default. */
const MOST_CALLS = 4;
const FIRST_PAUSE_MILLISECONDS = 100;
/** What Lambda says of an answer of more than 6 MB. */
const ANSWER_TOO_LARGE = 'Function.ResponseSizeTooLarge';

/** Has a function of the user's transform rows, as Amazon Data Firehose would have it transform records. */
export class FunctionTransformer implements RowTransformer {
  public readonly batchSize: number;
  public readonly concurrency: number;

  constructor(private readonly ports: FunctionTransformerPorts, private readonly rules: FunctionTransformerRules) {
    this.batchSize = rules.batchSize;
    this.concurrency = rules.concurrency;
  }

  public async transform(rows: readonly NumberedRow[], job: TransformJob, signal: AbortSignal): Promise<readonly RowResult[]> {
    const approximateArrivalTimestamp = Date.parse(job.upload.uploadedAt ?? job.upload.createdAt);
    const records = rows.map(({ row, names, texts }): FirehoseRecord => {
      const data = base64Json(Object.fromEntries(names.map((name, nth) => [name, texts[nth]])));
      return { recordId: String(row), approximateArrivalTimestamp, data };
    });
    const results: RowResult[] = [];
    for (const some of withinLimit(records)) results.push(...await this.take(some, job, signal));
    return results;
  }

  private async take(records: readonly FirehoseRecord[], job: TransformJob, signal: AbortSignal): Promise<readonly RowResult[]> {
    const invoked = await this.call(records, job, signal);
    if ('payload' in invoked) return parseFirehoseAnswer(invoked.payload, records.map(({ recordId }) => recordId));
    if (invoked.errorType !== ANSWER_TOO_LARGE) {
      throw new AttemptFailed('TRANSFORM_UNAVAILABLE', `the function that transforms rows failed with ${sayingWhere(invoked)}`);
    }
    if (records.length === 1) return [new TransformFault('INVALID_TRANSFORM', 'the transform must make a row of at most 6 MB')];
    const half = Math.ceil(records.length / 2);
    const first = await this.take(records.slice(0, half), job, signal);
    return [...first, ...await this.take(records.slice(half), job, signal)];
  }

  private async call(records: readonly FirehoseRecord[], job: TransformJob, signal: AbortSignal): Promise<Invoked> {
    const { invoke, sleep } = this.ports;
    const event = this.eventOf(records, job);
    for (let calls = 1; ; calls++) {
      const time = job.timeLeft();
      if (time <= 0) throw new OutOfTime();
      const invoked = await invoke(event, Math.min(this.rules.callMilliseconds, time), signal).catch((error: unknown) => {
        throw job.timeLeft() <= 0 ? new OutOfTime() : error;
      });
      if ('payload' in invoked || invoked.errorType === ANSWER_TOO_LARGE || calls === MOST_CALLS || signal.aborted) return invoked;
      await sleep(FIRST_PAUSE_MILLISECONDS * 2 ** calls);
    }
  }

  private eventOf(records: readonly FirehoseRecord[], { upload, file }: TransformJob): FirehoseEvent & { readonly upload: object } {
    const { uploadId, tenantId, metadata } = upload;
    return {
      invocationId: this.ports.newId(),
      deliveryStreamArn: this.rules.arnOf(file.key),
      region: this.rules.region,
      records,
      upload: { uploadId, tenantId, fileName: file.fileName, metadata },
    };
  }
}

/** Records one after the other, as many at once as one call takes. */
function* withinLimit(records: readonly FirehoseRecord[]): Generator<readonly FirehoseRecord[]> {
  let from = 0;
  let bytes = 0;
  for (const [nth, record] of records.entries()) {
    const more = record.recordId.length + record.data.length + BYTES_AROUND_RECORD;
    if (nth > from && bytes + more > MOST_RECORD_BYTES) {
      yield records.slice(from, nth);
      from = nth;
      bytes = 0;
    }
    bytes += more;
  }
  if (from < records.length) yield records.slice(from);
}
