import * as fc from 'fast-check';
import { StillWorking } from '../../../lambda-src/application/ingest/process-upload';
import { IngestWorld } from './ingest-world';
import { Fault, FAULTS, Invocation } from './invocation';

const HOUR = 3600_000;
const MAX_RECEIVES = 3;

/** What happens before and while a message is delivered. */
export interface Turn {
  /** How long the message has waited for its turn. */
  readonly hours: number;
  /** Whether the job that this invocation sends gets lost. */
  readonly loses: boolean;
  readonly faultAt: number;
  readonly fault: Fault;
}

const turn = (faultAt: fc.Arbitrary<number>): fc.Arbitrary<Turn> => fc.record({
  hours: fc.integer({ min: 0, max: 30 }), loses: fc.boolean(), faultAt, fault: fc.constantFrom(...FAULTS),
});

export const NEVER = fc.constant(Infinity);
export const turns = (faultAt: fc.Arbitrary<number>) => fc.array(turn(faultAt), { minLength: 1, maxLength: 30 });

/** An upload whose messages wait in a queue, with a sweeper that comes before each of them. */
export class QueuedUpload {
  /** How often each message was received that is in the queue. */
  private readonly messages = [0];
  private sent = 0;

  /** @param workMilliseconds how long an invocation goes on */
  constructor(readonly world: IngestWorld, private readonly workMilliseconds = 270_000) {}

  get hasEnded(): boolean {
    return this.world.upload.deadline === null;
  }

  /** Its turns, and then as many uneventful ones as it takes. */
  async run(eventful: readonly Turn[]): Promise<void> {
    for (const one of eventful) if (!this.hasEnded) await this.turn(one);
    for (let nth = 0; nth < 50 && !this.hasEnded; nth++) await this.turn({ hours: 15 * 24, loses: false, faultAt: Infinity, fault: 'refused' });
  }

  /** Waits, has the sweeper come, and delivers the first message if there is one. */
  private async turn({ hours, loses, faultAt, fault }: Turn): Promise<void> {
    // The file itself comes in time, if at all.
    if (this.world.upload.status !== 'PENDING' || this.messages.length === 0) this.world.clock += hours * HOUR;
    await this.world.sweep();
    this.collect(false);
    if (this.messages.length === 0 || this.hasEnded) return;
    const receives = this.messages[0] += 1;
    const isLast = receives === MAX_RECEIVES;
    if (await this.deliver(isLast, new Invocation(faultAt, fault)) || isLast) this.messages.shift();
    this.collect(loses);
  }

  /** Whether the message is done with. */
  private async deliver(isLast: boolean, invocation: Invocation): Promise<boolean> {
    const { world } = this;
    const later = (milliseconds: number) => new Date(world.clock + milliseconds);
    const delivery = { until: later(300_000), stopAt: later(this.workMilliseconds), deadline: later(HOUR), isLast };
    const done = (this.sent === 0 ? world.deliver(delivery, { invocation }) : world.deliverJob(delivery, { invocation }))
      .then(() => true, (error: unknown) => error instanceof StillWorking && isLast);
    const ended = await Promise.race([done, invocation.killed]);
    if (ended === 'killed') world.clock += 301_000;
    return ended === true;
  }

  private collect(loses: boolean): void {
    for (; this.sent < this.world.jobs.length; this.sent++) if (!loses) this.messages.push(0);
  }
}
