import { openRows } from '../../../lambda-src/adapters/rows/open-rows';
import { FanOut } from '../../../lambda-src/application/fan-out/fan-out';
import { CallHandler, CallHandlerPorts, Invoked } from '../../../lambda-src/application/ingest/call-handler';
import { IngestFiles, IngestFilesPorts } from '../../../lambda-src/application/ingest/ingest-files';
import { Delivery, Outcome, ProcessUpload, StillWorking } from '../../../lambda-src/application/ingest/process-upload';
import { RecordWriter } from '../../../lambda-src/application/sending/record-writer';
import { SendWindow } from '../../../lambda-src/application/sending/send-window';
import { NewRowTransform } from '../../../lambda-src/application/transform/transform-rows';
import { IngestJob } from '../../../lambda-src/application/uploads/job-queue';
import { SweepPorts, sweepOverdue, Swept } from '../../../lambda-src/application/uploads/sweep-overdue';
import { TakeArrival, TakeArrivalPorts } from '../../../lambda-src/application/uploads/take-arrival';
import { BuiltRecord } from '../../../lambda-src/domain/records/record-builder';
import { modelHash } from '../../../lambda-src/domain/uploads/checkpoint';
import { Upload } from '../../../lambda-src/domain/uploads/upload';
import { CSV_CONTENT_TYPES, RecordModel } from '../../../src/private/contract';
import { Reading } from './in-memory-bytes';
import { InMemoryFiles } from './in-memory-files';
import { InMemoryRanges } from './in-memory-ranges';
import { InMemoryRejects } from './in-memory-rejects';
import { InMemoryTable } from './in-memory-table';
import { InMemoryWork } from './in-memory-work';
import { Invocation, passing } from './invocation';
import { etagOf } from './stored-file';
import { anUpload } from './uploads';

export const MAX_FILE_SIZE = 100_000_000;
const SECOND = 1000;

export { etagOf };

export type WorldPorts = Omit<IngestFilesPorts, 'fanOut'> & TakeArrivalPorts & SweepPorts & Pick<CallHandlerPorts, 'invoke'> & { readonly fanOut?: FanOut };

/** A function of the user's; what it returns is its answer, and what it throws has its name as the type. */
export type Handler = (event: Record<string, unknown>) => unknown;

/** What a test does to a port; gets the call as it would have been. */
export type Twist = (ports: WorldPorts) => Partial<WorldPorts>;

export interface Circumstances {
  readonly invocation?: Invocation;
  readonly twist?: Twist;
  /** The object that the message is about, if it is not the upload's. */
  readonly key?: string;
  /** The upload that the job is about, if it is another. */
  readonly job?: Pick<Upload, 'uploadId' | 'tenantId'>;
  /** The bytes that the message is about, if it says so. */
  readonly etag?: string;
}

/** Bucket, tables and clock in memory, around one upload whose file may be delivered again and again. */
export class IngestWorld {
  public readonly work = new InMemoryWork();
  public readonly table = new InMemoryTable();
  public readonly files = new InMemoryFiles();
  public readonly rejects = new InMemoryRejects();
  /** Of a fan-out, if there is one. */
  public readonly ranges = new InMemoryRanges();
  public readonly readings: Reading[] = [];
  public readonly jobs: IngestJob[] = [];
  public readonly aborted: [key: string, multipartId: string][] = [];
  /** Whether all work goes through jobs. */
  public queuesJobs = false;
  public retentionSeconds = 0;
  /** If there is one, it works on the files. */
  public handler?: Handler;
  public callMilliseconds = 60_000;
  /** If there is one, rows become others first. */
  public transform?: (invocation: Invocation) => NewRowTransform;
  public readonly key: string;
  public clock = Date.parse('2026-01-01T00:10:00.000Z');
  /** Bytes that a read from the bucket gives at once. */
  public chunkSize = 64 * 1024;
  /** How long each of those takes. */
  public readMilliseconds = 0;
  /** How long the table takes for what it is sent. */
  public writeMilliseconds = 0;
  /** How many of the records that are sent the table takes. */
  public takes: (records: number) => number = takesSome;
  private readonly uploadId: string;

  constructor(public model: RecordModel, upload: Upload = anUpload(1)) {
    this.work.announce(upload);
    this.uploadId = upload.uploadId;
    this.key = upload.files[0].key;
  }

  public get upload(): Upload {
    return this.work.get(this.uploadId).upload;
  }

  public put(content: string | Uint8Array, contentType = 'text/csv', key = this.key): this {
    this.files.set(key, { bytes: Buffer.from(content), contentType });
    return this;
  }

  /** Delivers the message of a file once. */
  public async deliver(delivery: Partial<Delivery> = {}, circumstances: Circumstances = {}): Promise<Outcome> {
    const { key = this.key, etag } = circumstances;
    const { arrivals } = this.useCases(circumstances);
    return arrivals.run({ key, arrivedAt: '2026-01-01T00:00:30.000Z', etag }, this.delivery(delivery));
  }

  /** Delivers the upload's job once. */
  public async deliverJob(delivery: Partial<Delivery> = {}, circumstances: Circumstances = {}): Promise<Outcome> {
    return this.useCases(circumstances).process.run(circumstances.job ?? this.upload, this.delivery(delivery));
  }

  public async sweep(circumstances: Circumstances = {}): Promise<Swept> {
    return sweepOverdue(this.twisted(circumstances), new Date(this.clock), new Date(this.clock + 60 * SECOND));
  }

  /** What the queue does after a failed delivery: waits, until a lease is over if need be, and delivers again. */
  public async deliverUntilDone(attempts = 3): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.deliver();
      } catch (error) {
        if (attempt === attempts) throw error;
        this.clock = error instanceof StillWorking ? Date.parse(error.until) + 1 : this.clock + SECOND;
      }
    }
  }

  private twisted({ invocation = new Invocation(), twist }: Circumstances): WorldPorts {
    const ports = this.ports(invocation);
    return { ...ports, ...twist?.(ports) };
  }

  private useCases(circumstances: Circumstances): { arrivals: TakeArrival; process: ProcessUpload } {
    const ports = this.twisted(circumstances);
    const rules = {
      model: this.model,
      modelHash: modelHash(JSON.stringify(this.model)),
      keyNames: { partitionKey: '_pk', sortKey: '_sk' },
      shards: 4,
      retentionSeconds: this.retentionSeconds,
      maxFileSize: MAX_FILE_SIZE,
      contentTypes: CSV_CONTENT_TYPES,
    };
    const worker = this.handler
      ? new CallHandler(ports, { ...rules, bucket: 'files', callMilliseconds: this.callMilliseconds })
      : new IngestFiles(ports, rules);
    const process = new ProcessUpload({ ...ports, worker });
    return { process, arrivals: new TakeArrival(ports, process, { queuesJobs: this.queuesJobs }) };
  }

  private delivery(changes: Partial<Delivery>): Delivery {
    return {
      holder: 'invocation',
      until: new Date(this.clock + 300 * SECOND),
      stopAt: new Date(this.clock + 270 * SECOND),
      deadline: new Date(this.clock + 3600 * SECOND),
      isLast: false,
      ...changes,
    };
  }

  private ports(invocation: Invocation): WorldPorts {
    const { work, table, rejects } = this;
    return {
      objects: {
        head: (key) => invocation.call('head', () => this.head(key)),
        headWithChecksum: (key) => invocation.call('head', () => this.head(key)),
        abortMultipart: (key, id) => invocation.call('abortMultipart', () => { this.aborted.push([key, id]); }),
        delete: (key) => invocation.call('delete', () => { this.files.delete(key); }),
      },
      ranges: { find: (execution, nth) => invocation.call('findRange', () => this.ranges.find(execution, nth)) },
      jobs: { send: (job) => invocation.call('sendJob', () => { this.jobs.push(job); }) },
      now: () => new Date(this.clock),
      uploads: {
        find: (id) => invocation.call('find', () => work.find(id)),
        add: (upload) => invocation.call('add', () => work.add(upload)),
        save: (changed) => invocation.call('save', () => work.save(changed)),
        overdue: (now, limit, after) => invocation.call('overdue', () => work.overdue(now, limit, after)),
      },
      open: (key, etag) => invocation.call('open', () => this.files.open(key, etag, {
        chunkSize: this.chunkSize,
        invocation,
        onReading: (reading) => { this.readings.push(reading); },
        onChunk: () => { this.clock += this.readMilliseconds; },
      })),
      rowsOf: (bytes, file) => openRows(bytes, file, this.model),
      newWriter: () => this.newWriter(invocation),
      storedPosition: (record) => invocation.call('storedPosition', () => table.storedPosition(record)),
      rejects: {
        putSegment: (key, segment, content) => invocation.call('putSegment', () => rejects.putSegment(key, segment, content)),
        assemble: (key, segments, rest) => invocation.call('assemble', () => rejects.assemble(key, segments, rest)),
        deleteSegments: (key, segments) => invocation.call('deleteSegments', () => rejects.deleteSegments(key, segments)),
        remove: (key) => invocation.call('removeRejects', () => rejects.remove(key)),
      },
      newTransform: this.transform?.(invocation),
      sleep: (milliseconds) => passing(milliseconds, () => this.clock, invocation),
      invoke: (event) => invocation.call('invoke', () => this.invoke(event)),
    };
  }

  private invoke(event: object): Invoked {
    try {
      return { payload: JSON.stringify(this.handler!(JSON.parse(JSON.stringify(event)) as Record<string, unknown>)) ?? 'null' };
    } catch (error) {
      return { errorType: (error as Error).name };
    }
  }

  private head(key: string) {
    const file = this.files.get(key);
    return file && {
      etag: etagOf(file),
      size: file.bytes.length,
      contentType: file.contentType,
      checksum: file.checksum ?? null,
      lastModified: '2026-01-01T00:00:29.000Z',
    };
  }

  private newWriter<Position>(invocation: Invocation): RecordWriter<Position> {
    const sleep = (milliseconds: number) => invocation.wait(() => { this.clock += milliseconds; });
    const window = new SendWindow({ now: () => this.clock, sleep, random: () => 0.5 });
    const send = (records: readonly BuiltRecord[]) => invocation.call('send', () => this.send(records));
    return new RecordWriter({ window, sleep, send });
  }

  private send(records: readonly BuiltRecord[]): readonly BuiltRecord[] {
    const taken = this.takes(records.length);
    this.clock += this.writeMilliseconds;
    if (taken > 0) this.table.write(records.slice(0, taken));
    return records.slice(taken);
  }
}

/** A third of a larger batch only, as of a table under load. */
function takesSome(records: number): number {
  return records > 8 ? Math.ceil(records / 3) : records;
}
