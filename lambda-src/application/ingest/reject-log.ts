import { Reject } from '../../domain/rejects/reject';
import { csvLine, rejectFileHeader, rejectLine } from '../../domain/rejects/reject-line';
import { StoredRejects } from '../../domain/uploads/checkpoint';
import { RejectLines, RejectSegment, RejectStore } from './reject-store';

/** Characters that wait in memory before they are stored. */
const MOST_WAITING = 4 * 1024 ** 2;

export interface RejectLogOptions {
  readonly fileKey: string;
  /** Names what this one stores; nobody else's log has the same. */
  readonly fence: string;
  /** What was stored before, in the order of the rows. @default - nothing */
  readonly stored?: readonly StoredRejects[];
}

/**
 * The rejects of one file, or of a stretch of it, in the order of its rows. Many are stored in segments before the end. A segment
 * only ever holds what lies before the checkpoint that names it, so whoever goes on from there has all rejects and none twice.
 */
export class RejectLog {
  private readonly waiting: string[] = [];
  private characters = 0;
  private header = '';
  private segments = 0;
  /** Of those that were added, how many are in segments. */
  private flushed = 0;

  constructor(private readonly store: RejectStore, private readonly options: RejectLogOptions) {}

  /** What is in segments. */
  public get stored(): readonly StoredRejects[] {
    const { stored = [], fence } = this.options;
    return this.segments === 0 ? stored : [...stored, { fence, segments: this.segments }];
  }

  /** So many wait that they should be flushed. */
  public get isFull(): boolean {
    return this.characters >= MOST_WAITING;
  }

  public add(header: readonly string[], reject: Reject): void {
    if (this.header === '') this.header = csvLine(rejectFileHeader(header));
    const line = csvLine(rejectLine(header, reject));
    this.waiting.push(line);
    this.characters += line.length;
  }

  /** Stores a segment of those that wait, up to the nth that was added. */
  public async flush(upTo = Infinity): Promise<void> {
    const lines = this.waiting.slice(0, Math.max(0, upTo - this.flushed));
    if (lines.length === 0) return;
    await this.store.putSegment(this.options.fileKey, { fence: this.options.fence, number: this.segments }, this.linesOf(lines));
    this.segments++;
    this.flushed += lines.length;
    this.waiting.splice(0, lines.length);
    this.characters = this.waiting.reduce((sum, line) => sum + line.length, 0);
  }

  /** Puts all rejects of the file together, whose rows have come to an end. False: there are none. */
  public async assemble(): Promise<boolean> {
    const segments = segmentsOf(this.stored);
    if (segments.length === 0 && this.waiting.length === 0) return false;
    await this.store.assemble(this.options.fileKey, segments, this.waiting.length === 0 ? undefined : this.linesOf(this.waiting));
    return true;
  }

  private linesOf(lines: readonly string[]): RejectLines {
    return { header: this.header, lines: lines.join('') };
  }
}

export function segmentsOf(stored: readonly StoredRejects[]): RejectSegment[] {
  return stored.flatMap(({ fence, segments }) => Array.from({ length: segments }, (_, number) => ({ fence, number })));
}
