import { BuiltRecord } from '../../domain/records/record-builder';
import { tooManyRejects } from '../../domain/rejects/too-many-rejects';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { Checkpoint, NO_ROWS, Pass, startAt, sumOf, UploadCheckpoint } from '../../domain/uploads/checkpoint';
import { Upload, UploadCounts, UploadFile } from '../../domain/uploads/upload';
import { attemptOf } from '../../domain/uploads/work';
import { RecordWriter } from '../sending/record-writer';
import { NewRowTransform } from '../transform/transform-rows';
import { namingFile } from '../uploads/check-arrival';
import { CatchingUp, COMPARED, PACKED, tooLong } from './catching-up';
import { ingestStretch } from './ingest-stretch';
import { ProgressReport } from './progress-report';
import { RejectLog, segmentsOf } from './reject-log';
import { RejectStore } from './reject-store';
import { replayRows } from './replay-rows';
import { createRowChecks, RowChecks } from './row-checks';
import { ReadingJob, RecordRules } from './row-reading';
import { RowSource } from './row-source';
import { Place } from './stretch-job';

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
  | { readonly checkpoint: UploadCheckpoint }
  /** The upload is refused; null: nothing was written, so that nothing counts. */
  | { readonly failure: UploadFailure; readonly counts: UploadCounts | null; readonly cleanUp: () => Promise<void> };

/** How many bad rows are listed before an upload is refused of which none may be bad: nobody wants to learn of them one by one. */
const MOST_LISTED = 1_000;

/** Reads all files of an upload once, from a checkpoint on. */
export class IngestPass {
  private readonly writer: RecordWriter<Place>;
  /** Segments of files whose rejects have been put together; nobody may need them any more. */
  private readonly leftOver: (() => Promise<void>)[] = [];
  /** What was counted when a file was refused. */
  private atRefusal = NO_ROWS;
  private readonly catchingUp: CatchingUp;

  constructor(
    private readonly upload: Upload, private readonly files: readonly SourceFile[], private readonly fence: string,
    private readonly progress: PassProgress, private readonly ports: IngestPassPorts, private readonly rules: RecordRules,
  ) {
    this.writer = ports.newWriter();
    this.catchingUp = new CatchingUp(() => progress.timeLeft());
  }

  public async run(begin: UploadCheckpoint): Promise<PassEnd> {
    const checks = createRowChecks(this.rules.model, this.upload, begin.pass, {
      storedPosition: this.ports.storedPosition, isPending: (record) => this.writer.holds(record),
    });
    let reached = checks.remembers ? await this.remember(begin, checks) : begin;
    for (; reached.file < this.files.length; reached = { ...reached, file: reached.file + 1, at: startAt(0) }) {
      try {
        const { done, at } = await this.ingest(reached, checks);
        if (!done) return { checkpoint: { ...reached, at } };
        reached = { ...reached, before: sumOf(reached.before, at.counts) };
      } catch (error) {
        const named = namingFile(this.files[reached.file].file, this.upload.files, error);
        if (named instanceof UploadFailure) return this.refuse(named, reached.pass, this.atRefusal);
        throw named;
      }
    }
    const failure = this.tooManyRejects(reached);
    return failure ? this.refuse(failure, reached.pass, reached.before) : { counts: reached.before, cleanUp: () => this.putAway() };
  }

  private refuse(failure: UploadFailure, pass: Pass, counted: UploadCounts): PassEnd {
    const isTrue = (pass === 'writing' || this.upload.dryRun) && counted.total > 0;
    return { failure, counts: isTrue ? counted : null, cleanUp: () => this.putAway() };
  }

  private async ingest(reached: UploadCheckpoint, checks: RowChecks): Promise<{ done: boolean; at: Checkpoint }> {
    const { progress } = this;
    const { maxRows } = this.rules.model;
    const { pass, at: start, before } = reached;
    const { file } = this.files[reached.file];
    this.atRefusal = sumOf(before, start.counts);
    const log = pass === 'counting' ? undefined : this.logOf(reached);
    const passing = this.passOver(reached);
    const end = await ingestStretch({
      ...this.jobOf(reached.file, before.total, start.counts.total),
      // Every row counts, whatever becomes of it.
      ...(pass === 'counting' ? { transform: undefined } : {}),
      start,
      pass,
      mostRows: maxRows,
      mostRejects: this.mostRejects(pass) - before.rejected,
    }, {
      rejects: log,
      checks,
      writer: this.writer,
      isDue: () => progress.isDue(),
      timeLeft: () => progress.timeLeft(),
      sleep: this.ports.sleep,
      onBytes: passing.onBytes,
      arrived: passing.arrived,
      save: async (at) => {
        await progress.checkpoint({ ...reached, at });
        await this.putAway();
      },
      refused: async ({ counts }) => {
        this.atRefusal = sumOf(before, counts);
        if (log) await this.keep(file, log);
      },
    });
    if (end.done && log) await this.keep(file, log);
    if (!end.done) passing.ended();
    return end;
  }

  /** Watches how an invocation comes to where the last one left off. */
  private passOver({ file: nth, at }: UploadCheckpoint): { onBytes: (bytes: number) => void; arrived: () => void; ended: () => void } {
    const { catchingUp } = this;
    const { source } = this.files[nth];
    const count = this.countBytes(nth);
    const again = catchingUp.begin();
    let isUnderWay = at.offset > 0;
    return {
      onBytes: (bytes) => {
        again.add(bytes);
        count(bytes);
      },
      arrived: () => {
        if (isUnderWay && source.isPacked) again.end(this.upload.files[nth].size ?? 0, PACKED);
        isUnderWay = false;
      },
      ended: () => {
        if (isUnderWay && source.isPacked) throw tooLong(PACKED);
      },
    };
  }

  private mostRejects(pass: Pass): number {
    const { most } = this.rules.model.rejects ?? {};
    if (most === undefined || this.upload.dryRun) return Infinity;
    return pass === 'validating' ? Math.max(most, MOST_LISTED - 1) : most;
  }

  /** Brings those up to date who compare rows with earlier ones. Returns the same place, and that the table is asked if it is. */
  private async remember(reached: UploadCheckpoint, checks: RowChecks): Promise<UploadCheckpoint> {
    if (reached.file === 0 && reached.at.offset === 0) return reached;
    // To have all earlier rows transformed again by a function could take longer than there is time, each time more.
    const asksTable = reached.asksTable ?? this.rules.model.transform === 'function';
    if (checks.forget && (asksTable || !await this.replay(reached, checks))) {
      checks.forget();
      const asking = { ...reached, asksTable: true } as const;
      // Nobody needs to find out again that it takes too long.
      if (!asksTable) await this.progress.checkpoint(asking);
      return asking;
    }
    if (!checks.forget) await this.replay(reached, checks);
    return reached;
  }

  /** False: it would take too much of the time, and the table may be asked instead. */
  private async replay(reached: UploadCheckpoint, checks: RowChecks): Promise<boolean> {
    const { catchingUp, progress } = this;
    const again = catchingUp.begin();
    let rowsBefore = 0;
    for (let nth = 0; nth <= reached.file; nth++) {
      const rows = await replayRows(this.jobOf(nth, rowsBefore), nth < reached.file ? Infinity : reached.at.offset, {
        checks,
        goesOn: () => {
          if (checks.forget) return !catchingUp.isHalfTheTimeOver;
          if (progress.timeLeft() <= 0) throw tooLong(COMPARED);
          return true;
        },
        onBytes: (bytes) => again.add(bytes),
      });
      if (rows === undefined) return false;
      rowsBefore += rows;
    }
    if (!checks.forget) again.end(this.upload.files.reduce((sum, { size }) => sum + (size ?? 0), 0), COMPARED);
    return true;
  }

  private jobOf(nth: number, rowsBefore: number, rowsOfFile = 0): ReadingJob {
    const { upload, rules, progress, ports: { newTransform } } = this;
    const { file, source } = this.files[nth];
    const transform = newTransform?.({ upload, file, rowsBefore: rowsOfFile, timeLeft: () => progress.timeLeft() });
    return { upload, rules, file, source, rowsBefore, transform };
  }

  private logOf({ file, at, pass }: UploadCheckpoint): RejectLog {
    const fence = `${this.fence}.${file}.${pass}`;
    return new RejectLog(this.ports.rejects, { fileKey: this.files[file].file.key, fence, stored: at.rejects });
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

  private tooManyRejects({ before, pass }: UploadCheckpoint): UploadFailure | undefined {
    return pass === 'counting' || this.upload.dryRun ? undefined : tooManyRejects(before, this.rules.model.rejects);
  }
}
