import { namingFile } from './check-arrival';
import { ingestStretch } from './ingest-stretch';
import { ProgressReport } from './progress-report';
import { RecordWriter } from './record-writer';
import { RejectLog, segmentsOf } from './reject-log';
import { RejectStore } from './reject-store';
import { replayRows } from './replay-rows';
import { createRowChecks, RowChecks } from './row-checks';
import { ReadingJob, RecordRules } from './row-reading';
import { RowSource } from './row-source';
import { Place } from './stretch-job';
import { NewRowTransform } from './transform-rows';
import { Checkpoint, startAt, sumOf, UploadCheckpoint } from '../domain/checkpoint';
import { BuiltRecord } from '../domain/record-builder';
import { Upload, UploadCounts, UploadFile } from '../domain/upload';
import { UploadFailure } from '../domain/upload-failure';
import { attemptOf } from '../domain/work';

export interface IngestPassPorts {
  readonly newWriter: () => RecordWriter<Place>;
  /** The position of the record that the table has under the record's key. */
  readonly storedPosition: (record: BuiltRecord) => Promise<string | undefined>;
  readonly rejects: RejectStore;
  /** @default - nobody finds out that time is up while a table that is full is waited for */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** @default - rows stay as they are */
  readonly newTransform?: NewRowTransform;
}

/** A file of the upload, and its rows. */
export interface SourceFile {
  readonly file: UploadFile;
  readonly source: RowSource;
}

/** Who is told how far it is, and says how long to go on. */
export type PassProgress = Pick<ProgressReport, 'isDue' | 'checkpoint' | 'timeLeft' | 'hasRead'>;

export type PassEnd =
  | { readonly counts: UploadCounts; readonly cleanUp: () => Promise<void> }
  /** Time was up. */
  | { readonly checkpoint: UploadCheckpoint };

/** Reads all files of an upload once, from a checkpoint on. */
export class IngestPass {
  private readonly writer: RecordWriter<Place>;
  /** Segments of files whose rejects have been put together; nobody may need them any more. */
  private readonly leftOver: (() => Promise<void>)[] = [];

  constructor(
    private readonly upload: Upload, private readonly files: readonly SourceFile[], private readonly fence: string,
    private readonly progress: PassProgress, private readonly ports: IngestPassPorts, private readonly rules: RecordRules,
  ) {
    this.writer = ports.newWriter();
  }

  public async run(begin: UploadCheckpoint): Promise<PassEnd> {
    const checks = createRowChecks(this.rules.model, this.upload, begin.pass, {
      storedPosition: this.ports.storedPosition, isPending: (key) => this.writer.holds(key),
    });
    if (checks.remembers) await this.remember(begin, checks);
    let reached = begin;
    for (; reached.file < this.files.length; reached = { ...reached, file: reached.file + 1, at: startAt(0) }) {
      try {
        const { done, at } = await this.ingest(reached, checks);
        if (!done) return { checkpoint: { ...reached, at } };
        reached = { ...reached, before: sumOf(reached.before, at.counts) };
      } catch (error) {
        throw namingFile(this.files[reached.file].file, this.upload.files, error);
      }
    }
    this.checkRatio(reached);
    return { counts: reached.before, cleanUp: () => this.putAway() };
  }

  private async ingest(reached: UploadCheckpoint, checks: RowChecks): Promise<{ done: boolean; at: Checkpoint }> {
    const { progress, upload } = this;
    const { maxRows, rejects: { most } = {} } = this.rules.model;
    const { pass, at: start, before } = reached;
    const { file } = this.files[reached.file];
    const rejects = pass === 'writing' || upload.dryRun ? this.logOf(reached) : undefined;
    const end = await ingestStretch({
      ...this.jobOf(reached.file, before.total, start.counts.total),
      // Every row counts, whatever becomes of it.
      ...(pass === 'counting' ? { transform: undefined } : {}),
      start,
      pass,
      mostRows: maxRows,
      mostRejects: most === undefined || upload.dryRun ? undefined : most - before.rejected,
    }, {
      rejects,
      checks,
      writer: this.writer,
      isDue: () => progress.isDue(),
      timeLeft: () => progress.timeLeft(),
      sleep: this.ports.sleep,
      onBytes: this.countBytes(reached.file),
      save: async (at) => {
        await progress.checkpoint({ ...reached, at });
        await this.putAway();
      },
    });
    if (end.done && rejects) await this.keep(file, rejects);
    return end;
  }

  /** Brings those up to date who compare rows with earlier ones. */
  private async remember(reached: UploadCheckpoint, checks: RowChecks): Promise<void> {
    if (reached.file === 0 && reached.at.offset === 0) return;
    // To have all earlier rows transformed again by a function could take longer than there is time, each time more.
    if (this.rules.model.transform === 'function' && checks.forget) {
      checks.forget();
      return;
    }
    let rowsBefore = 0;
    for (let nth = 0; nth <= reached.file; nth++) {
      const before = nth < reached.file ? Infinity : reached.at.offset;
      rowsBefore += await replayRows(this.jobOf(nth, rowsBefore), before, { checks, timeLeft: () => this.progress.timeLeft() });
    }
  }

  private jobOf(nth: number, rowsBefore: number, rowsOfFile = 0): ReadingJob {
    const { upload, rules, progress, ports: { newTransform } } = this;
    const { file, source } = this.files[nth];
    const transform = newTransform?.({ upload, file, rowsBefore: rowsOfFile, timeLeft: () => progress.timeLeft() });
    return { upload, rules, file, source, rowsBefore, transform };
  }

  private logOf({ file, at }: UploadCheckpoint): RejectLog {
    return new RejectLog(this.ports.rejects, { fileKey: this.files[file].file.key, fence: `${this.fence}.${file}`, stored: at.rejects });
  }

  private countBytes(nth: number): (bytes: number) => void {
    const { files } = this.upload;
    const before = files.slice(0, nth).reduce((sum, { size }) => sum + (size ?? 0), 0);
    const size = files[nth].size ?? 0;
    let read = 0;
    return (bytes) => {
      read += bytes;
      // Its beginning, which has the header, may be read twice.
      this.progress.hasRead(before + Math.min(size, read));
    };
  }

  /** One that has none now may have had some in an attempt under other rules. */
  private async keep({ key }: UploadFile, log: RejectLog): Promise<void> {
    const { rejects } = this.ports;
    if (await log.assemble()) {
      const segments = segmentsOf(log.stored);
      if (segments.length > 0) this.leftOver.push(() => rejects.deleteSegments(key, segments));
    } else if (attemptOf(this.upload) > 1) {
      await rejects.remove(key);
    }
  }

  /** Only once a checkpoint behind them is saved: until then whoever goes on needs them again. What remains costs little. */
  private async putAway(): Promise<void> {
    for (const putAway of this.leftOver.splice(0)) await putAway().catch(() => undefined);
  }

  private checkRatio({ before: { total, rejected }, pass }: UploadCheckpoint): void {
    const { ratio } = this.rules.model.rejects ?? {};
    if (pass === 'counting' || ratio === undefined || this.upload.dryRun || rejected <= ratio * total) return;
    throw new UploadFailure('TOO_MANY_REJECTS', `${rejected} of ${total} rows were rejected, which is more than the ${ratio * 100} % that the pipeline tolerates`);
  }
}
