import { RecordModel } from '../../../src/private/contract';
import { positionPrefix } from '../../domain/lists/position';
import { DigestSet } from '../../domain/records/digest-set';
import { BuiltRecord } from '../../domain/records/record-builder';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { Pass } from '../../domain/uploads/checkpoint';
import { Upload } from '../../domain/uploads/upload';
import { createDuplicateCheck, DuplicateCheck, DuplicateCheckPorts, looksForDuplicates } from './duplicate-check';

/** What is wrong with a record besides itself. */
export type Conflict =
  /** An earlier row of the upload has its key. */
  | { readonly code: 'DUPLICATE_KEY' }
  /** An earlier row has this value in a column where each may be once. */
  | { readonly code: 'DUPLICATE_VALUE'; readonly column: string };

/** Compares the records of an upload with each other, in the order of its rows. */
export interface RowChecks {
  /** Whether whoever goes on from a checkpoint must replay the rows before it. */
  readonly remembers: boolean;
  /** What may be called instead of replaying all rows: then the table is asked about each key. undefined: nothing. */
  readonly forget?: () => void;
  /** To be called with the records that come next, in their order, before their conflicts are looked for. undefined: it need not be. */
  readonly lookAhead?: (records: readonly BuiltRecord[]) => Promise<void> | undefined;
  conflict(record: BuiltRecord): Conflict | undefined;
  /** Remembers a record that an earlier invocation has dealt with. */
  replay(record: BuiltRecord): void;
}

/** For rows that have nothing to do with each other. */
export const NO_CHECKS: RowChecks = { remembers: false, conflict: () => undefined, replay: () => undefined };

/** 16 bytes each, and some room to find them: 280 MB at most. */
const MOST_VALUES = 12_000_000;
const DUPLICATE_KEY: Conflict = { code: 'DUPLICATE_KEY' };

/** The checks that the rows of an upload need in a pass. Where nothing is written, the table cannot be asked who has a key. */
export function createRowChecks(
  model: RecordModel, { uploadId, uploadedAt }: Upload, pass: Pass, ports: DuplicateCheckPorts, mostValues = MOST_VALUES,
): RowChecks {
  const checksKeys = looksForDuplicates(model);
  const checksValues = model.columns?.some(({ unique }) => unique) ?? false;
  if (pass === 'counting' || (!checksKeys && !checksValues)) return NO_CHECKS;
  const digests = new BoundedDigests(mostValues);
  const keys = !checksKeys ? undefined
    : pass === 'writing' ? createDuplicateCheck(positionPrefix(uploadedAt!, uploadId), ports)
      : exactCheck(digests);
  return new RecordChecks(keys, digests, checksValues);
}

class RecordChecks implements RowChecks {
  public readonly remembers = true;
  public readonly forget?: () => void;
  public readonly lookAhead?: RowChecks['lookAhead'];

  constructor(private readonly keys: DuplicateCheck | undefined, private readonly digests: BoundedDigests, checksValues: boolean) {
    if (keys?.forget && !checksValues) this.forget = () => keys.forget!();
    if (keys?.lookAhead) this.lookAhead = (records) => keys.lookAhead!(records);
  }

  public conflict(record: BuiltRecord): Conflict | undefined {
    const column = this.repeatedValue(record);
    if (column !== undefined) return { code: 'DUPLICATE_VALUE', column };
    return this.keys?.isDuplicate(record) ? DUPLICATE_KEY : undefined;
  }

  public replay(record: BuiltRecord): void {
    // One with a value of another row never came to the look at its key.
    if (this.repeatedValue(record) === undefined) this.keys?.replay(record);
  }

  /** Every value of every row counts, also of one that is rejected: what is a duplicate must not depend on what else is checked. */
  private repeatedValue({ unique }: BuiltRecord): string | undefined {
    let repeated: string | undefined;
    for (const { column, value } of unique ?? []) {
      if (!this.digests.add(`${column.length}:${column}${value}`, 'values that must be unique')) repeated ??= column;
    }
    return repeated;
  }
}

class BoundedDigests {
  private readonly digests = new DigestSet();

  constructor(private readonly most: number) {}

  /** @param what the texts are, in words */
  public add(text: string, what: string): boolean {
    const isNew = this.digests.add(text);
    if (this.digests.size <= this.most) return isNew;
    throw new UploadFailure('TOO_MANY_UNIQUE_VALUES', `at most ${this.most} ${what} can be told apart in one upload: send the rows in several`);
  }
}

function exactCheck(digests: BoundedDigests): DuplicateCheck {
  const add = ({ key }: BuiltRecord) => digests.add(` ${key}`, 'keys of rows that are only checked');
  return { isDuplicate: (record) => !add(record), replay: add };
}
