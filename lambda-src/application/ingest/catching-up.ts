import { AttemptFailed } from './process-upload';

/** What an invocation does again that others have done before, to go on where they left off: more of it each time. */
export class CatchingUp {
  /** Milliseconds that there are for everything. */
  private readonly time: number;
  private took = 0;
  private wouldTake = 0;

  constructor(private readonly timeLeft: () => number) {
    this.time = timeLeft();
  }

  /** Goes over something again. */
  public begin(): Again {
    return new Again(this.timeLeft, (milliseconds, part, why) => this.note(milliseconds, part, why));
  }

  public get isHalfTheTimeOver(): boolean {
    return this.timeLeft() < this.time / 2;
  }

  /**
   * Notes what took some time, and so much of what it would take in the end. Throws when that would leave no time for anything else:
   * to write less and less until then would be in vain.
   */
  private note(milliseconds: number, part: number, why: string): void {
    this.took += milliseconds;
    this.wouldTake += milliseconds / part;
    // What took less says little of the rest.
    if (this.took >= this.time / 4 && this.wouldTake > this.time) throw tooLong(why);
  }
}

/** Bytes that are gone over again, and how long that takes from the first of them on: what comes before does not grow with the file. */
export class Again {
  private bytes = 0;
  private began = 0;

  constructor(private readonly timeLeft: () => number, private readonly note: (milliseconds: number, part: number, why: string) => void) {}

  public add(bytes: number): void {
    if (this.bytes === 0) this.began = this.timeLeft();
    this.bytes += bytes;
  }

  /** @param all bytes that the last invocation of all would have to go over */
  public end(all: number, why: string): void {
    if (this.bytes > 0) this.note(this.began - this.timeLeft(), this.bytes / Math.max(this.bytes, all), why);
  }
}

/** Why a file has to be gone over again, and what would help. */
export const PACKED = 'the file is packed, and to unpack it again up to where work goes on takes longer than one invocation of the processor may: '
  + 'send it unpacked or in several files, or give the processor a longer timeout or more memory';
export const COMPARED = 'keys or unique values are compared with those of all rows before, and to read these again takes longer than one invocation '
  + 'of the processor may: send the rows in several uploads, or give the processor a longer timeout or more memory';

/** Those who try again may be faster, but not for ever. */
export function tooLong(why: string): AttemptFailed {
  return new AttemptFailed('PROCESSING_TIMED_OUT', why);
}
