import * as fc from 'fast-check';
import { StillWorking } from '../../../lambda-src/application/process-upload';
import { IngestWorld } from '../../support/fakes/ingest-world';
import { Fault, FAULTS, Invocation } from '../../support/fakes/invocation';
import { recordModel } from '../domain/record-models';

const HOUR = 3600_000;
const MAX_RECEIVES = 3;

/** What happens before and while a message is delivered. */
interface Turn {
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

/** An upload that takes so many stages, of which an invocation has time for one. */
class StagedUpload {
  readonly called: number[] = [];
  readonly world = new IngestWorld(recordModel({})).put('hello');
  /** How often each message was received that is in the queue. */
  private readonly messages = [0];
  private sent = 0;

  constructor(stages: number) {
    this.world.handler = ({ stage }) => {
      const nth = Number(stage ?? 0);
      this.called.push(nth);
      this.world.clock += 200_000;
      return nth + 1 < stages ? { stage: String(nth + 1), state: nth } : { result: 'done' };
    };
    this.world.callMilliseconds = 200_000;
  }

  get hasEnded(): boolean {
    return this.world.upload.deadline === null;
  }

  /** Waits, has the sweeper come, and delivers the first message if there is one. */
  async turn({ hours, loses, faultAt, fault }: Turn): Promise<void> {
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
    const delivery = { until: later(300_000), stopAt: later(270_000), deadline: later(HOUR), isLast };
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

const NEVER = fc.constant(Infinity);
const turns = (faultAt: fc.Arbitrary<number>) => fc.array(turn(faultAt), { minLength: 1, maxLength: 30 });

/** Its turns, and then as many uneventful ones as it takes. */
async function run(upload: StagedUpload, eventful: readonly Turn[]): Promise<void> {
  for (const one of eventful) if (!upload.hasEnded) await upload.turn(one);
  for (let nth = 0; nth < 50 && !upload.hasEnded; nth++) await upload.turn({ hours: 15 * 24, loses: false, faultAt: Infinity, fault: 'refused' });
}

test('however long its jobs wait, and even when they are lost, an upload goes on at its stage and is done once', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 8 }), turns(NEVER), async (stages, eventful) => {
    const upload = new StagedUpload(stages);
    await run(upload, eventful);
    expect(upload.world.upload).toMatchObject({ status: 'COMPLETED', result: 'done' });
    expect(upload.called).toEqual(Array.from({ length: stages }, (_, stage) => stage));
    expect(upload.world.upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
  }), { numRuns: 100 });
});

test('whatever else goes wrong, it comes to an end, and never goes back to a stage behind it', async () => {
  const faulty = turns(fc.oneof(NEVER, fc.integer({ min: 1, max: 9 })));
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 5 }), faulty, async (stages, eventful) => {
    const upload = new StagedUpload(stages);
    await run(upload, eventful);
    expect(upload.hasEnded).toBe(true);
    const { history } = upload.world.upload;
    if (history.filter(({ status }) => status === 'PROCESSING').length > 1) return;
    expect(upload.called).toEqual([...upload.called].sort((a, b) => a - b));
  }), { numRuns: 200 });
});
