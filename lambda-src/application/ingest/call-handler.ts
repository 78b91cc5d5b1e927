import { MAX_HANDLER_CALLS } from '../../../src/private/contract';
import { numberForms, takesJson } from '../../domain/columns/json-columns';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { ColumnForms, HandlerRecord, parseAnswer } from '../../domain/transform/handler-answer';
import { NO_ROWS, startAt } from '../../domain/uploads/checkpoint';
import { Upload, UploadCounts, UploadFile } from '../../domain/uploads/upload';
import { Work } from '../../domain/uploads/work';
import { ArrivalRules, checkArrival, inspectFile, namingFile } from '../uploads/check-arrival';
import { ObjectStore } from '../uploads/object-store';
import { IngestPass, IngestPassPorts, PassEnd } from './ingest-pass';
import { AttemptFailed, Finished, UploadWorker } from './process-upload';
import { OutOfTime, ProgressReport } from './progress-report';
import { RecordRules } from './row-reading';
import { RowSource } from './row-source';

/** What came of a call: an answer, or the type of the error that the function, which has this name, threw. */
export type Invoked = { readonly payload: string } | { readonly errorType: string; readonly functionName?: string };

/** What a function says about its error may hold what is in the files, so that it is left to its log. */
export function sayingWhere({ errorType, functionName }: Extract<Invoked, { errorType: unknown }>): string {
  return `${errorType}; ${functionName === undefined ? 'its log' : `the log of '${functionName}'`} says why`;
}

export interface CallHandlerPorts extends IngestPassPorts {
  readonly objects: Pick<ObjectStore, 'headWithChecksum'>;
  /** Calls the user's function once and waits for it, so many milliseconds at most; throws when there is no answer by then. */
  readonly invoke: (event: object, milliseconds: number) => Promise<Invoked>;
}

export interface CallHandlerRules extends ArrivalRules, RecordRules {
  readonly bucket: string;
  /** How long one call may take. */
  readonly callMilliseconds: number;
}

/** A file whose bytes were found in order: as long as it has this ETag, it has those. */
interface InspectedFile extends UploadFile {
  readonly etag: string;
}

type Written = { readonly counts: UploadCounts } | Extract<PassEnd, { failure: unknown }>;

/** What is kept for the function between two of its calls, and how often it has been called. */
interface Saved {
  readonly calls: number;
  readonly state: unknown;
}

/**
 * Has the user's function work on the files of an upload. It is called again as long as it answers with a stage, which is saved
 * first, so that a retry goes on where the last call ended.
 */
export class CallHandler implements UploadWorker {
  private readonly forms: ColumnForms;

  constructor(private readonly ports: CallHandlerPorts, private readonly rules: CallHandlerRules) {
    this.forms = { staysJson: takesJson(rules.model), numberForm: numberForms(rules.model) };
  }

  public async run({ upload, state, revision }: Work, progress: ProgressReport): Promise<Finished> {
    const files = await this.inspect(upload, progress);
    let stage = upload.stage;
    let saved: Saved = state === null ? { calls: 0, state: null } : JSON.parse(state) as Saved;
    for (let isFirst = true; ; isFirst = false) {
      if (saved.calls >= MAX_HANDLER_CALLS) {
        throw new UploadFailure('INVALID_RESULT', `the function must come to an end within ${MAX_HANDLER_CALLS} calls`);
      }
      if (!isFirst && !progress.hasTimeFor(this.rules.callMilliseconds)) return { continuation: saved.calls };
      const answer = parseAnswer(await this.call({ ...this.eventOf(upload, files), stage, state: saved.state }, progress), this.forms);
      switch (answer.kind) {
        case 'error': throw UploadFailure.ofHandler(answer.code, answer.message);
        case 'result': {
          const written = answer.records && await this.write(upload, answer.records, revision, progress);
          if (written && 'failure' in written) return written;
          progress.readAll();
          return { counts: written && written.counts, result: answer.result };
        }
      }
      stage = answer.stage;
      saved = { calls: saved.calls + 1, state: answer.state };
      await progress.reach(stage, JSON.stringify(saved), answer.progress);
    }
  }

  private async inspect({ files }: Upload, progress: ProgressReport): Promise<InspectedFile[]> {
    return Promise.all(files.map(async (file) => {
      try {
        const facts = await inspectFile(this.ports.objects, file);
        checkArrival(file, facts, this.rules);
        progress.expect(file.key, facts.size);
        return { ...file, size: facts.size, etag: facts.etag };
      } catch (error) {
        throw namingFile(file, files, error);
      }
    }));
  }

  private async call(event: object, progress: ProgressReport): Promise<string> {
    const invoked = await this.ports.invoke(event, progress.timeLeft()).catch((error: unknown) => {
      throw progress.timeLeft() <= 0 ? new OutOfTime() : error;
    });
    if ('errorType' in invoked) throw new AttemptFailed('HANDLER_FAILED', `the function failed with ${sayingWhere(invoked)}`);
    return invoked.payload;
  }

  private eventOf({ uploadId, tenantId, owner, metadata, dryRun }: Upload, files: readonly InspectedFile[]): object {
    return {
      uploadId,
      tenantId,
      owner,
      bucket: this.rules.bucket,
      files: files.map(({ name, fileName, key, contentType, size, etag }) => ({ name, fileName, key, contentType, size, etag })),
      metadata,
      dryRun,
    };
  }

  /** No records are no rows; a header is only needed where there are some. What an answer holds is written in one go. */
  private async write(upload: Upload, records: readonly HandlerRecord[], fence: number, progress: ProgressReport): Promise<Written> {
    if (records.length === 0) return { counts: NO_ROWS };
    const [file] = upload.files;
    const timeLeft = () => progress.timeLeft();
    const goingOn = { isDue: () => false, checkpoint: async () => undefined, hasRead: () => undefined, timeLeft };
    const source = rowsOf(records);
    const pass = new IngestPass({ ...upload, files: [file] }, [{ file, source }], `${fence}`, goingOn, this.ports, this.rules);
    const end = await pass.run({ model: '', pass: upload.dryRun ? 'validating' : 'writing', file: 0, before: NO_ROWS, at: startAt(0) });
    if ('checkpoint' in end) throw new OutOfTime();
    return end;
  }
}

/** The rows of a file that would have these records: its header names every column of any of them. */
function rowsOf(records: readonly HandlerRecord[]): RowSource {
  const header = [...new Set(records.flatMap((record) => [...record.keys()]))];
  const rows = records.map((record) => header.map((name) => record.get(name) ?? ''));
  return {
    async* rows() {
      yield { header, rows, ends: rows.map((_, nth) => nth + 1) };
    },
  };
}
