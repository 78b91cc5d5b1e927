import { RecordModel } from '../../../src/private/contract';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { NO_ROWS, Pass, schemaChanged, startAt, UploadCheckpoint } from '../../domain/uploads/checkpoint';
import { Upload, UploadFile } from '../../domain/uploads/upload';
import { attemptOf, Work } from '../../domain/uploads/work';
import { FanOut } from '../fan-out/fan-out';
import { ArrivalRules, checkArrival, FileFacts, inspectFile, namingFile } from '../uploads/check-arrival';
import { ObjectStore } from '../uploads/object-store';
import { IngestPass, IngestPassPorts, SourceFile } from './ingest-pass';
import { ObjectBytes, OpenBytes } from './object-bytes';
import { Finished, UploadWorker } from './process-upload';
import { OutOfTime, ProgressReport } from './progress-report';
import { RecordRules } from './row-reading';
import { RowSource } from './row-source';

export interface IngestFilesPorts extends IngestPassPorts {
  readonly open: OpenBytes;
  /** The rows in the bytes of a file. */
  readonly rowsOf: (bytes: ObjectBytes, file: UploadFile) => RowSource;
  readonly objects: Pick<ObjectStore, 'headWithChecksum'>;
  /** @default - no upload is fanned out */
  readonly fanOut?: Pick<FanOut, 'takes'>;
}

export interface IngestFilesRules extends ArrivalRules, RecordRules {
  /** Names the rules that make records of rows. */
  readonly modelHash: string;
}

/** A file that is there as announced. */
interface Found {
  readonly etag: string;
  readonly open: () => Promise<ObjectBytes>;
}

/**
 * Turns the files of an upload into records, one after the other in the order they were announced. The numbers of the rows, of
 * which keys and positions are made, go on from file to file; rejects are told by the rows of their own file.
 */
export class IngestFiles implements UploadWorker {
  constructor(private readonly ports: IngestFilesPorts, private readonly rules: IngestFilesRules) {}

  public async run({ upload, checkpoint, revision }: Work, progress: ProgressReport): Promise<Finished> {
    const { modelHash, model } = this.rules;
    if (checkpoint && checkpoint.model !== modelHash) throw schemaChanged();
    if (!checkpoint) await this.forgetRejects(upload);
    const files = await this.find(upload, progress);
    if (!checkpoint && await this.ports.fanOut?.takes(progress.upload)) return { fansOut: true };

    const passes = passesOf(model, upload);
    const begun = checkpoint ?? beginningOf(passes[0], modelHash);
    // What is to be found out before the first record is part of the rules.
    if (!passes.includes(begun.pass)) throw schemaChanged();
    let begin = begun;
    for (;;) {
      const end = await new IngestPass(progress.upload, files, `${revision}`, progress, this.ports, this.rules).run(begin);
      if ('checkpoint' in end) {
        // Whoever comes no further than those before would go on like this for ever.
        if (isSamePlace(end.checkpoint, begun)) throw new OutOfTime();
        return { continuation: revision, checkpoint: end.checkpoint };
      }
      if ('failure' in end) return end;
      const next = passes[passes.indexOf(begin.pass) + 1];
      if (next === undefined) return end;
      begin = beginningOf(next, modelHash);
      progress.beginPass();
      await progress.checkpoint(begin);
      // What was found by the last reading is found again by the next.
      await end.cleanUp();
    }
  }

  /** Those of an attempt before say nothing about this one, however it ends. */
  private async forgetRejects(upload: Upload): Promise<void> {
    if (attemptOf(upload) === 1) return;
    for (const { key } of upload.files) await this.ports.rejects.remove(key);
  }

  /** Finds out before the first record is written what can be found out: an upload that is refused leaves none behind. */
  private async find(upload: Upload, progress: ProgressReport): Promise<SourceFile[]> {
    const found: SourceFile[] = [];
    let pinned = false;
    for (const file of upload.files) {
      try {
        const { etag, open } = await this.look(file, upload.files, progress);
        pinned = progress.pin(file.key, etag) || pinned;
        found.push({ file, source: this.lazily(file, open, upload.files.length === 1) });
      } catch (error) {
        throw namingFile(file, upload.files, error);
      }
    }
    // An attempt after this one must not take others for them.
    if (pinned) await progress.settle();
    return found;
  }

  /** One file is looked at when it is opened, unless there is a checksum, which S3 tells only who asks for it. */
  private async look(file: UploadFile, files: readonly UploadFile[], progress: ProgressReport): Promise<Found> {
    if (files.length === 1 && !file.checksum) {
      const bytes = await this.ports.open(file.key, file.arrival?.etag ?? undefined);
      this.check(file, bytes, progress);
      return { etag: bytes.etag, open: async () => bytes };
    }
    const facts = await inspectFile(this.ports.objects, file);
    this.check(file, facts, progress);
    return { etag: facts.etag, open: () => this.ports.open(file.key, facts.etag) };
  }

  private check(file: UploadFile, facts: FileFacts, progress: ProgressReport): void {
    checkArrival(file, facts, this.rules);
    if (facts.size === 0) throw new UploadFailure('EMPTY_FILE', 'the file must have at least 1 byte: an empty file holds nothing to ingest');
    progress.expect(file.key, facts.size);
  }

  /** Of many files each is opened on its turn, and takes memory no longer. */
  private lazily(file: UploadFile, open: () => Promise<ObjectBytes>, staysOpen: boolean): RowSource {
    const { rowsOf } = this.ports;
    let opened: RowSource | undefined;
    return {
      get raggedRows() { return opened?.raggedRows; },
      get isPacked() { return opened?.isPacked; },
      async* rows(stretch, onBytes) {
        opened ??= rowsOf(await open(), file);
        try {
          yield* opened.rows(stretch, onBytes);
        } finally {
          if (!staysOpen) opened = undefined;
        }
      },
    };
  }
}

/** What the files are read for, one time after the other. */
function passesOf({ rejects, maxRows }: RecordModel, { dryRun }: Upload): readonly Pass[] {
  if (dryRun) return ['validating'];
  if (rejects?.dryFirst) return ['validating', 'writing'];
  return maxRows === undefined ? ['writing'] : ['counting', 'writing'];
}

function beginningOf(pass: Pass, model: string): UploadCheckpoint {
  return { model, pass, file: 0, before: NO_ROWS, at: startAt(0) };
}

function isSamePlace(one: UploadCheckpoint, other: UploadCheckpoint): boolean {
  return one.pass === other.pass && one.file === other.file && one.at.offset === other.at.offset;
}
