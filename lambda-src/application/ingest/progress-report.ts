import { secondsAfter } from '../../domain/seconds-after';
import { sumOf, UploadCheckpoint } from '../../domain/uploads/checkpoint';
import { JOB_PATIENCE_SECONDS } from '../../domain/uploads/job-patience';
import { Upload, UploadProgress } from '../../domain/uploads/upload';
import { Work } from '../../domain/uploads/work';
import { FAN_OUT_PATIENCE_SECONDS } from '../fan-out/fan-out';
import { WorkStore } from '../uploads/work-store';

export interface ProgressReportPorts {
  readonly uploads: WorkStore;
  readonly now: () => Date;
}

/** How long an invocation has. */
export interface TimeToWork {
  /** When work must stop, so that there is time left to say so. */
  readonly stopAt: Date;
  /** Called when a state was saved: whoever brought the work may let others know that it goes on. @default - nothing */
  readonly stillAtWork?: () => Promise<void>;
}

/** The invocation is about to be killed, and could not say so any more. */
export class OutOfTime extends Error {
  constructor() {
    super('the file takes longer than one invocation of the processor may');
    this.name = 'OutOfTime';
  }
}

const MILLISECONDS_BETWEEN_WRITES = 5_000;

/** Shown while rows are read of which none is written yet. */
export const VALIDATING = 'VALIDATING';

/**
 * Keeps the upload's item up to date while its files are worked on, and ends it. Every write is fenced by the revision of the one
 * before.
 */
export class ProgressReport {
  private began: { readonly time: number; readonly rows: number; readonly bytes: number };
  private bytes: number;
  private written: number;

  constructor(private work: Work, private readonly time: TimeToWork, private readonly ports: ProgressReportPorts) {
    const { upload: { progress } } = work;
    this.written = ports.now().getTime();
    this.bytes = progress.bytes;
    this.began = { time: this.written, rows: progress.rows ?? 0, bytes: progress.bytes };
  }

  public get upload(): Upload {
    return this.work.upload;
  }

  /** A file's size, as the bucket says it. */
  public expect(key: string, size: number): void {
    const { upload } = this.work;
    const files = upload.files.map((file) => (file.key === key ? { ...file, size } : file));
    const totalBytes = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
    this.work = { ...this.work, upload: { ...upload, files, progress: { ...upload.progress, totalBytes } } };
  }

  /** Which bytes the file has that was found, where its arrival did not say it: from now on it must have those. True: that is news. */
  public pin(key: string, etag: string): boolean {
    const { upload } = this.work;
    const files = upload.files.map((file) => (
      file.key === key && file.arrival?.etag === null ? { ...file, arrival: { ...file.arrival, etag } } : file
    ));
    const isNews = files.some((file, nth) => file !== upload.files[nth]);
    if (isNews) this.work = { ...this.work, upload: { ...upload, files } };
    return isNews;
  }

  /** The files are read from the start. */
  public beginPass(): void {
    this.bytes = 0;
    this.began = { time: this.ports.now().getTime(), rows: 0, bytes: 0 };
  }

  /** So many bytes of all files have been read by now. */
  public hasRead(bytes: number): void {
    this.bytes = bytes;
  }

  /** Whoever does not read the files itself has read all of them at its end. */
  public readAll(): void {
    this.bytes = this.work.upload.progress.totalBytes;
  }

  /** Milliseconds until work must stop. */
  public timeLeft(): number {
    return this.time.stopAt.getTime() - this.ports.now().getTime();
  }

  public hasTimeFor(milliseconds: number): boolean {
    return this.timeLeft() >= milliseconds;
  }

  /** Whether nothing has been written for so long that a checkpoint is worth a write. */
  public isDue(): boolean {
    return this.ports.now().getTime() - this.written >= MILLISECONDS_BETWEEN_WRITES;
  }

  /** Saves a stage that work goes on from, whatever happens after it. */
  public async reach(stage: string, state: string, progress: { readonly bytes?: number; readonly totalBytes?: number }): Promise<void> {
    const { upload } = this.work;
    this.bytes = progress.bytes ?? this.bytes;
    const totalBytes = Math.max(this.bytes, progress.totalBytes ?? upload.progress.totalBytes);
    this.work = { ...this.work, state, upload: { ...upload, progress: { ...upload.progress, totalBytes } } };
    await this.save((current) => ({ ...current, stage }));
    await this.time.stillAtWork?.();
  }

  /** Saves how far the rows are, from where work goes on whatever happens after it. Counts and progress are those of the checkpoint. */
  public async checkpoint(checkpoint: UploadCheckpoint): Promise<void> {
    this.note(checkpoint);
    await this.save((upload) => upload);
    await this.time.stillAtWork?.();
  }

  /** Saves what was found out before the first row: nothing may be written that another invocation would not know of. */
  public async settle(): Promise<void> {
    await this.save((upload) => upload);
  }

  /** The last write of this invocation: the upload has reached its end. */
  public async end(change: (upload: Upload, at: string) => Upload): Promise<void> {
    const { progress: { totalBytes } } = this.work.upload;
    const over = { lease: null, checkpoint: null, execution: null };
    await this.save((upload, at) => change({ ...upload, progress: { bytes: this.bytes, totalBytes } }, at), over);
  }

  /** Lets another attempt begin at once, which the message of this one brings. */
  public async release(): Promise<void> {
    const { lease } = this.work;
    await this.save((upload) => upload, { lease: lease && { ...lease, until: this.ports.now().toISOString() } });
  }

  /** Lets another invocation go on, whose job is about to be sent. Until it comes, the upload waits like one that nobody has begun with. */
  public async handOver(checkpoint: UploadCheckpoint | undefined): Promise<void> {
    if (checkpoint) this.note(checkpoint);
    const deadline = secondsAfter(this.ports.now(), JOB_PATIENCE_SECONDS);
    await this.save((upload) => ({ ...upload, deadline }), { lease: null });
  }

  /** Leaves the upload to a fan-out that is about to be started; returns its name, which no other one has. */
  public async fanOut(): Promise<string> {
    const { revision, upload: { uploadId } } = this.work;
    const execution = `${uploadId}-${revision}`;
    const deadline = secondsAfter(this.ports.now(), FAN_OUT_PATIENCE_SECONDS);
    await this.save((upload) => ({ ...upload, deadline }), { lease: null, execution });
    return execution;
  }

  /** Rows that were only looked at before the first one is written count as progress, and as nothing else. */
  private note(checkpoint: UploadCheckpoint): void {
    const { upload } = this.work;
    const counts = sumOf(checkpoint.before, checkpoint.at.counts);
    const isLastReading = checkpoint.pass === 'writing' || upload.dryRun;
    const progress = this.progressAt(counts.total, isLastReading);
    const stage = checkpoint.pass === 'writing' ? null : VALIDATING;
    this.work = { ...this.work, checkpoint, upload: { ...upload, stage, counts: isLastReading ? counts : null, progress } };
  }

  /** The rate is that of this invocation: nobody works between two. The end is not known before the last reading. */
  private progressAt(rows: number, isLastReading: boolean): UploadProgress {
    const { bytes, began } = this;
    const { totalBytes } = this.work.upload.progress;
    const now = this.ports.now().getTime();
    const seconds = (now - began.time) / 1000;
    if (seconds <= 0 || rows < began.rows) return { bytes, totalBytes, rows };
    const rowsPerSecond = Math.round((rows - began.rows) / seconds);
    const bytesPerSecond = (bytes - began.bytes) / seconds;
    if (!isLastReading || bytesPerSecond <= 0) return { bytes, totalBytes, rows, rowsPerSecond };
    const estimatedEnd = new Date(now + 1000 * Math.max(0, totalBytes - bytes) / bytesPerSecond).toISOString();
    return { bytes, totalBytes, rows, rowsPerSecond, estimatedEnd };
  }

  private async save(change: (upload: Upload, at: string) => Upload, changes: Partial<Pick<Work, 'lease' | 'checkpoint' | 'execution'>> = {}): Promise<void> {
    const now = this.ports.now();
    const at = now.toISOString();
    const { upload } = this.work;
    this.work = await this.ports.uploads.save({
      ...this.work, ...changes, upload: change({ ...upload, progress: { ...upload.progress, bytes: this.bytes }, updatedAt: at }, at),
    });
    this.written = now.getTime();
  }
}
