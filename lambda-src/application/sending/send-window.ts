import { SendRate, Sent } from './send-rate';

export interface SendWindowPorts {
  /** Milliseconds that never go backwards. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Between 0 and 1, for the jitter. */
  readonly random: () => number;
}

/** Bytes on their way at the same time; records of 400 KB would else be more than a function's memory. */
const MOST_BYTES = 24 * 1024 ** 2;

/** What a function may have on its way into one table at the same time, however many writers it has. */
export class SendWindow {
  private readonly rate: SendRate;
  private onWay = 0;
  private bytes = 0;
  private pauses = 0;
  private waiters: (() => void)[] = [];

  constructor(private readonly ports: SendWindowPorts) {
    this.rate = new SendRate(ports.random);
  }

  /** The table has taken nothing for so long that nobody should wait any more. */
  public get isHopeless(): boolean {
    return this.rate.isHopeless;
  }

  /** For a writer that begins: it has not waited yet. */
  public renewPatience(): void {
    this.rate.renewPatience();
  }

  /** Lets a request go, or says that it must wait. */
  public tryEnter(records: number, bytes: number): Sent | undefined {
    if (this.pauses > 0 || this.onWay >= this.rate.concurrency) return undefined;
    if (this.onWay > 0 && this.bytes + bytes > MOST_BYTES) return undefined;
    const now = this.ports.now();
    const wait = this.rate.wait(now);
    if (wait > 0) {
      this.pause(wait);
      return undefined;
    }
    this.onWay++;
    this.bytes += bytes;
    return this.rate.sent(records, bytes, now);
  }

  /** A request has come back. @param taken how many of its records are in the table; undefined: nobody knows */
  public leave(sent: Sent, taken: number | undefined): void {
    this.onWay--;
    this.bytes -= sent.bytes;
    const wait = taken === undefined ? 0 : this.rate.answered(sent, taken, this.ports.now());
    if (wait > 0) this.pause(wait);
    else if (this.pauses === 0) this.wakeUp();
  }

  /** Calls back once, when it is worth another try. */
  public whenRoom(callback: () => void): void {
    this.waiters.push(callback);
  }

  private pause(milliseconds: number): void {
    this.pauses++;
    void this.ports.sleep(milliseconds).then(() => {
      if (--this.pauses > 0) return;
      this.rate.waited(this.ports.now());
      this.wakeUp();
    });
  }

  private wakeUp(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter();
  }
}
