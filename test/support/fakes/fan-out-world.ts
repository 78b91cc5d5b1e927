import { dialectOf } from '../../../lambda-src/adapters/rows/file-dialect';
import { openRows } from '../../../lambda-src/adapters/rows/open-rows';
import { pickFormat } from '../../../lambda-src/adapters/rows/pick-format';
import { EndRights } from '../../../lambda-src/application/fan-out/early-end';
import { endUpload, FanOutOf, UploadEnded, UploadFailed } from '../../../lambda-src/application/fan-out/fanned-out-upload';
import { FinishPorts, FinishUpload } from '../../../lambda-src/application/fan-out/finish-upload';
import { IngestRange, IngestRangePorts, Progress } from '../../../lambda-src/application/fan-out/ingest-range';
import { PlanPorts, PlanRanges } from '../../../lambda-src/application/fan-out/plan-ranges';
import { RangeTaken } from '../../../lambda-src/application/fan-out/range-store';
import { countRanges, SurveyPorts, SurveyRange } from '../../../lambda-src/application/fan-out/survey-range';
import { RecordWriter } from '../../../lambda-src/application/sending/record-writer';
import { SendWindow } from '../../../lambda-src/application/sending/send-window';
import { NewRowTransform } from '../../../lambda-src/application/transform/transform-rows';
import { headerRows } from '../../../lambda-src/domain/fan-out/file-dialect';
import { modelHash } from '../../../lambda-src/domain/uploads/checkpoint';
import { announcedFile, transition, Upload } from '../../../lambda-src/domain/uploads/upload';
import { Work } from '../../../lambda-src/domain/uploads/work';
import { RecordModel } from '../../../src/private/contract';
import { InMemoryFiles } from './in-memory-files';
import { InMemoryRanges } from './in-memory-ranges';
import { InMemoryRejects } from './in-memory-rejects';
import { InMemoryTable } from './in-memory-table';
import { InMemoryWork } from './in-memory-work';
import { Invocation, passing } from './invocation';
import { etagOf } from './stored-file';
import { anUpload } from './uploads';

const SECOND = 1000;
const AT = '2026-01-01T00:10:00.000Z';
/** As often as the state machine tries, and more. */
const MOST_ATTEMPTS = 60;
const TURNS_BETWEEN_ATTEMPTS = 5;

export type FanOutPorts = SurveyPorts & PlanPorts & IngestRangePorts & FinishPorts;

export interface FanOutOptions {
  readonly rangeSize: number;
  /** A new invocation, which a fault may befall. @default - nothing goes wrong */
  readonly newInvocation?: () => Invocation;
  /** The order in which ranges are taken; they do not know. @default - as they are */
  readonly order?: (numbers: readonly number[]) => readonly number[];
  /** Milliseconds for which it has a range. @default - one second longer */
  readonly lease?: number;
  /** Ranges that are ingested at the same time. @default 1 */
  readonly concurrency?: number;
  /** How often each range is ingested at the same time. @default 1 */
  readonly times?: number;
  /** Milliseconds that an invocation has. @default 60_000 */
  readonly timeLimit?: number;
}

/** An upload that is fanned out: what Step Functions would do, one call after the other, over stores in memory. */
export class FanOutWorld {
  static async create(model: RecordModel, contents: readonly Uint8Array[], changes: Partial<Upload> = {}): Promise<FanOutWorld> {
    const base = anUpload(1);
    const files = contents.map(({ length: size }, nth) => announcedFile({ ...base.files[0], name: `file${nth}`, key: `${base.files[0].key}${nth}`, size }));
    const stored = contents.map((bytes) => ({ bytes: Buffer.from(bytes), contentType: 'text/csv' }));
    const arrived = files.map((file, nth) => ({ ...file, arrival: { at: AT, etag: etagOf(stored[nth]) } }));
    const totalBytes = contents.reduce((sum, { length }) => sum + length, 0);
    const uploaded = transition({ ...base, files: arrived, progress: { bytes: 0, totalBytes }, ...changes }, 'UPLOADED', AT, AT);
    const upload = transition(uploaded, 'PROCESSING', AT, AT);
    const world = new FanOutWorld(model, upload, `${upload.uploadId}-3`);
    world.work.announce(upload);
    await world.work.save({ ...world.work.get(upload.uploadId), execution: world.fanOut.execution });
    arrived.forEach(({ key }, nth) => world.files.set(key, stored[nth]));
    return world;
  }

  public readonly work = new InMemoryWork();
  public readonly table = new InMemoryTable();
  public readonly rejects = new InMemoryRejects();
  public readonly ranges = new InMemoryRanges();
  public readonly files = new InMemoryFiles();
  public readonly progress: Progress[] = [];
  public readonly fanOut: FanOutOf;
  public clock = Date.parse(AT);
  /** Of ranges, so far. */
  public invocations = 0;
  /** Bytes that a read from the bucket gives at once, and how long each of those takes. */
  public chunkSize = 1000;
  public readMilliseconds = 0;
  /** What Step Functions says of the execution when somebody asks. */
  public isRunning = false;
  /** If there is one, rows become others first. */
  public transform?: NewRowTransform;
  /** By how much adding up rejects goes wrong, once. */
  public misadded = 0;
  /** Called before records are written. */
  public onSend?: () => Promise<void>;
  /** The right to end the upload early; in the item of the upload, like progress. */
  public readonly endRights: EndRights = {
    take: async (_, lease) => {
      const work = this.ours();
      const other = work?.lease?.holder === lease.holder ? undefined : work?.lease;
      if (!work || (other && other.until > new Date(this.clock).toISOString())) return undefined;
      this.work.update({ ...work, lease, revision: work.revision + 1 });
      return work.upload.progress.rejected ?? 0;
    },
    giveBack: async (_, holder, rejected) => {
      const work = this.ours();
      if (work?.lease?.holder !== holder) return;
      this.work.update({ ...added(work, { bytes: 0, rows: 0, rejected }), lease: null, revision: work.revision + 1 });
    },
  };
  /** What was said of invocations that were not the last. */
  public readonly errors: Error[] = [];

  private constructor(private readonly model: RecordModel, upload: Upload, execution: string) {
    this.fanOut = { uploadId: upload.uploadId, execution };
  }

  public get upload(): Upload {
    return this.work.get(this.fanOut.uploadId).upload;
  }

  /** The whole execution, which ends like one of Step Functions: with an upload that has ended, whatever happened. */
  public async execute(options: FanOutOptions): Promise<Upload> {
    try {
      await this.steps(options);
    } catch (error) {
      this.errors.push(error as Error);
      await this.tellEnd();
    }
    return this.upload;
  }

  /** What EventBridge says when the execution has failed, and may say late, or again. */
  public async tellEnd(): Promise<boolean> {
    return endUpload(this.fanOut, this.ports(new Invocation()));
  }

  /** What is left of one that has failed. */
  public async redrive(options: FanOutOptions): Promise<Upload> {
    (this.fanOut as { redrives: number }).redrives = (this.fanOut.redrives ?? 0) + 1;
    return this.execute(options);
  }

  private async steps(options: FanOutOptions): Promise<void> {
    const { rangeSize, newInvocation = () => new Invocation(), order = (numbers) => numbers, timeLimit = 60 * SECOND } = options;
    const { times = 1, concurrency = 1, lease = timeLimit + SECOND } = options;
    const { fanOut, model } = this;
    const hash = modelHash(JSON.stringify(model));
    const step = <T>(run: (ports: FanOutPorts) => Promise<T>) => this.step(newInvocation, run);
    const count = countRanges(this.upload, rangeSize);
    for (const nth of order([...Array(count).keys()])) await step((ports) => new SurveyRange(ports, hash).run(fanOut, nth, rangeSize));
    const numbers = await step((ports) => new PlanRanges(ports, model.maxRows).run(fanOut, count));
    const rules = { model, modelHash: hash, keyNames: { partitionKey: '_pk', sortKey: '_sk' }, shards: 4, retentionSeconds: 0 };
    const left = [...order(numbers)];
    const worker = async () => {
      for (let nth = left.shift(); nth !== undefined; nth = left.shift()) {
        const range = nth;
        for (let isDone = false; !isDone;) {
          const ingest = () => step((ports) => new IngestRange(ports, rules).run(fanOut, range, {
            holder: `invocation ${++this.invocations}`, until: new Date(this.clock + lease), stopAt: new Date(this.clock + timeLimit),
          }));
          isDone = (await Promise.all(Array.from({ length: times }, ingest))).every(Boolean);
        }
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: concurrency }, () => worker().catch((error: unknown) => {
      // Nobody begins with another range, and those who work go on until they find out.
      left.length = 0;
      throw error;
    })));
    const failed = ends.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
    await step((ports) => new FinishUpload(ports, model.rejects).run(fanOut, count));
  }

  private async step<T>(newInvocation: () => Invocation, run: (ports: FanOutPorts) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const invocation = newInvocation();
      try {
        const result = await Promise.race([run(this.ports(invocation)), invocation.killed.then(() => { throw new Error('Sandbox.Timedout'); })]);
        return result;
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || error instanceof UploadFailed || error instanceof UploadEnded) throw error;
        this.errors.push(error as Error);
        // Whoever works meanwhile gets on, and who was killed does not.
        for (let turn = 0; turn < TURNS_BETWEEN_ATTEMPTS; turn++) await new Promise(setImmediate);
        this.clock += error instanceof RangeTaken ? 10 * SECOND : 2 * SECOND;
      }
    }
  }

  /** Undefined: it is not this fan-out's any more. */
  private ours(): Work | undefined {
    const work = this.work.get(this.fanOut.uploadId);
    return work.upload.status === 'PROCESSING' && work.execution === this.fanOut.execution ? work : undefined;
  }

  /** Raises no revision, as in the table. */
  private addProgress(progress: Progress): Progress | undefined {
    this.progress.push(progress);
    const work = this.ours();
    if (!work) return undefined;
    const changed = added(work, { ...progress, rejected: progress.rejected + this.misadded });
    this.misadded = 0;
    this.work.update(changed);
    return changed.upload.progress;
  }

  private ports(invocation: Invocation): FanOutPorts {
    const { work, ranges, rejects } = this;
    const sleep = (milliseconds: number) => invocation.wait(() => { this.clock += milliseconds; });
    const window = new SendWindow({ now: () => this.clock, sleep, random: () => 0.5 });
    return {
      now: () => new Date(this.clock),
      isRunning: async () => this.isRunning,
      uploads: {
        find: (id) => invocation.call('find', () => work.find(id)),
        save: (changed) => invocation.call('save', () => work.save(changed)),
      },
      ranges: {
        find: (execution, nth) => invocation.call('findRange', () => ranges.find(execution, nth)),
        save: (changed) => invocation.call('saveRange', () => ranges.save(changed)),
      },
      rejects: {
        putSegment: (key, segment, content) => invocation.call('putSegment', () => rejects.putSegment(key, segment, content)),
        assemble: (key, segments, rest) => invocation.call('assemble', () => rejects.assemble(key, segments, rest)),
        deleteSegments: (key, segments) => invocation.call('deleteSegments', () => rejects.deleteSegments(key, segments)),
        remove: (key) => invocation.call('removeRejects', () => rejects.remove(key)),
      },
      dialectOf: (file, bytes) => dialectOf(pickFormat(this.model, file), bytes),
      headerRowsOf: (file) => headerRows(pickFormat(this.model, file)),
      open: (key, etag) => invocation.call('open', () => this.files.open(key, etag, {
        chunkSize: this.chunkSize, invocation, onChunk: () => { this.clock += this.readMilliseconds; },
      })),
      rowsOf: (bytes, file) => openRows(bytes, file, this.model),
      newWriter: () => new RecordWriter({
        window,
        sleep,
        send: (records) => invocation.call('send', async () => {
          await this.onSend?.();
          const taken = Math.ceil(records.length / 2);
          this.table.write(records.slice(0, taken));
          return records.slice(taken);
        }),
      }),
      newTransform: this.transform,
      sleep: (milliseconds) => passing(milliseconds, () => this.clock, invocation),
      endRights: {
        take: (fanOut, lease) => invocation.call('takeEnd', () => this.endRights.take(fanOut, lease)),
        giveBack: (fanOut, holder, rejected) => invocation.call('giveBackEnd', () => this.endRights.giveBack(fanOut, holder, rejected)),
      },
      addProgress: (_, progress) => invocation.call('addProgress', () => this.addProgress(progress)),
    };
  }
}

function added(work: Work, { bytes, rows, rejected }: Progress) {
  const { progress } = work.upload;
  const sum = { bytes: progress.bytes + bytes, rows: (progress.rows ?? 0) + rows, rejected: (progress.rejected ?? 0) + rejected };
  return { ...work, upload: { ...work.upload, progress: { ...progress, ...sum } } };
}
