import { WorkStore } from './work-store';
import { JOB_PATIENCE_SECONDS } from '../domain/job-patience';
import { secondsAfter } from '../domain/seconds-after';
import { Upload, UploadCounts } from '../domain/upload';
import { Work } from '../domain/work';

export interface ProgressReportPorts {
  readonly uploads: WorkStore;
  readonly now: () => Date;
}

/** The invocation is about to be killed, and could not say so any more. */
export class OutOfTime extends Error {
  constructor() {
    super('the file takes longer than one invocation of the processor may');
    this.name = 'OutOfTime';
  }
}

const ROWS_BETWEEN_LOOKS = 1_000;
const MILLISECONDS_BETWEEN_WRITES = 5_000;

/** Keeps the upload's item up to date while its file is read, and ends it. Every write is fenced by the revision of the one before. */
export class ProgressReport {
  private bytes = 0;
  private counts: UploadCounts | null = null;
  private written: number;

  constructor(private work: Work, private readonly stopAt: Date, private readonly ports: ProgressReportPorts) {
    this.written = ports.now().getTime();
  }

  /** A file's size, as the bucket says it. */
  public expect(key: string, size: number): void {
    const { upload } = this.work;
    const files = upload.files.map((file) => (file.key === key ? { ...file, size } : file));
    const totalBytes = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
    this.work = { ...this.work, upload: { ...upload, files, progress: { bytes: 0, totalBytes } } };
  }

  public read(bytes: number): void {
    this.bytes += bytes;
  }

  /** Whoever does not read the files itself has read all of them at its end. */
  public readAll(): void {
    this.bytes = this.work.upload.progress.totalBytes;
  }

  /** Milliseconds until work must stop. */
  public timeLeft(): number {
    return this.stopAt.getTime() - this.ports.now().getTime();
  }

  public hasTimeFor(milliseconds: number): boolean {
    return this.timeLeft() >= milliseconds;
  }

  /** Saves a stage that work goes on from, whatever happens after it. */
  public async reach(stage: string, state: string, progress: { readonly bytes?: number; readonly totalBytes?: number }): Promise<void> {
    const { upload } = this.work;
    this.bytes = progress.bytes ?? this.bytes;
    const totalBytes = Math.max(this.bytes, progress.totalBytes ?? upload.progress.totalBytes);
    this.work = { ...this.work, state, upload: { ...upload, progress: { ...upload.progress, totalBytes } } };
    await this.save((current) => ({ ...current, stage }));
  }

  /** Writes at most every five seconds, and looks at the clock only now and then. Throws OutOfTime when there is none left. */
  public row(counts: UploadCounts): Promise<void> | undefined {
    this.counts = counts;
    if (counts.total % ROWS_BETWEEN_LOOKS !== 0) return undefined;
    const now = this.ports.now();
    if (now >= this.stopAt) throw new OutOfTime();
    return now.getTime() - this.written < MILLISECONDS_BETWEEN_WRITES ? undefined : this.save((upload) => upload);
  }

  /** The last write of this invocation: the upload has reached its end. */
  public async end(change: (upload: Upload, at: string) => Upload): Promise<void> {
    await this.save(change, null);
  }

  /** Lets another attempt begin at once, which the message of this one brings. */
  public async release(): Promise<void> {
    const { lease } = this.work;
    await this.save((upload) => upload, lease && { ...lease, until: this.ports.now().toISOString() });
  }

  /** Lets another invocation go on, whose job is about to be sent. Until it comes, the upload waits like one that nobody has begun with. */
  public async handOver(): Promise<void> {
    const deadline = secondsAfter(this.ports.now(), JOB_PATIENCE_SECONDS);
    await this.save((upload) => ({ ...upload, deadline }), null);
  }

  private async save(change: (upload: Upload, at: string) => Upload, lease = this.work.lease): Promise<void> {
    const now = this.ports.now();
    const at = now.toISOString();
    const { upload } = this.work;
    const counts = this.counts && { ...this.counts };
    const current = { ...upload, counts, progress: { ...upload.progress, bytes: this.bytes }, updatedAt: at };
    this.work = await this.ports.uploads.save({ ...this.work, lease, upload: change(current, at) });
    this.written = now.getTime();
  }
}
