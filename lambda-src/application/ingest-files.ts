import { ArrivalRules, checkArrival, FileFacts, inspectFile, namingFile } from './check-arrival';
import { ObjectStore } from './object-store';
import { Finished, UploadWorker } from './process-upload';
import { ProgressReport } from './progress-report';
import { RecordBatch, RecordBatchPorts, RecordRules } from './record-batch';
import { Upload, UploadCounts, UploadFile } from '../domain/upload';
import { UploadFailure } from '../domain/upload-failure';
import { Work } from '../domain/work';

/** A file as the bucket has it; `rows` can be taken once. */
export interface OpenFile extends FileFacts {
  /** The file's rows, the header first; throws UploadFailure when it is no CSV. */
  rows(onBytes?: (bytes: number) => void): AsyncIterable<readonly string[]>;
  /** The same bytes from the start; throws UploadFailure when the object has been replaced. */
  again(): Promise<OpenFile>;
  close(): void;
}

/** Throws UploadFailure when the object is gone, or when it is not the one that the ETag names. */
export type OpenObject = (key: string, etag?: string) => Promise<OpenFile>;

export interface IngestFilesPorts extends RecordBatchPorts {
  readonly open: OpenObject;
  readonly objects: Pick<ObjectStore, 'headWithChecksum'>;
}

export type IngestFilesRules = ArrivalRules & RecordRules;

type Open = () => Promise<OpenFile>;

/**
 * Turns the files of an upload into records, one after the other in the order they were announced. The numbers of the rows, of
 * which keys and positions are made, go on from file to file; rejects are told by the rows of their own file.
 */
export class IngestFiles implements UploadWorker {
  constructor(private readonly ports: IngestFilesPorts, private readonly rules: IngestFilesRules) {}

  public async run({ upload }: Work, progress: ProgressReport): Promise<Finished> {
    const ways = await this.prepare(upload, progress);
    const batch = new RecordBatch(upload, progress, this.ports, this.rules);
    let counts: UploadCounts | null = null;
    for (const [nth, file] of upload.files.entries()) {
      try {
        counts = await this.ingest(file, ways[nth], batch, progress);
      } catch (error) {
        throw namingFile(file, upload.files, error);
      }
    }
    return { counts };
  }

  /** Finds out before the first record is written what can be found out: an upload that is refused leaves none behind. */
  private async prepare({ files }: Upload, progress: ProgressReport): Promise<Open[]> {
    const ways: Open[] = [];
    for (const file of files) {
      try {
        const etag = await this.inspect(file, files, progress);
        const { maxRows } = this.rules.model;
        ways.push(maxRows === undefined ? () => this.ports.open(file.key, etag) : await this.countRows(file, etag, maxRows, progress));
      } catch (error) {
        throw namingFile(file, files, error);
      }
    }
    return ways;
  }

  /** One file is looked at when it is opened, unless there is a checksum, which S3 tells only who asks for it. */
  private async inspect(file: UploadFile, files: readonly UploadFile[], progress: ProgressReport): Promise<string | undefined> {
    if (files.length === 1 && !file.checksum) return file.arrival?.etag ?? undefined;
    const facts = await inspectFile(this.ports.objects, file);
    this.check(file, facts, progress);
    return facts.etag;
  }

  private async countRows(file: UploadFile, etag: string | undefined, maxRows: number, progress: ProgressReport): Promise<Open> {
    const opened = await this.ports.open(file.key, etag);
    try {
      this.check(file, opened, progress);
      let rows = -1;
      for await (const _ of opened.rows()) {
        if (++rows > maxRows) throw new UploadFailure('TOO_MANY_ROWS', `the file must have at most ${maxRows} rows, but it has more`);
      }
      return () => opened.again();
    } finally {
      opened.close();
    }
  }

  private async ingest(file: UploadFile, open: Open, batch: RecordBatch, progress: ProgressReport): Promise<UploadCounts> {
    const opened = await open();
    try {
      this.check(file, opened, progress);
      return await batch.take(file, opened.rows((bytes) => progress.read(bytes)));
    } finally {
      opened.close();
    }
  }

  private check(file: UploadFile, facts: FileFacts, progress: ProgressReport): void {
    checkArrival(file, facts, this.rules);
    if (facts.size === 0) throw new UploadFailure('EMPTY_FILE', 'the file must have a header, but it is empty');
    progress.expect(file.key, facts.size);
  }
}
