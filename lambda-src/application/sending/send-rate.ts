/** A request on its way. */
export interface Sent {
  readonly records: number;
  readonly bytes: number;
  readonly at: number;
  /** How often the rate had been lowered by then: what an older one meets says nothing about the lower rate. */
  readonly lowered: number;
}

/** Requests on their way at the same time, at the start and at most. */
const FIRST_CONCURRENCY = 4;
const MOST_CONCURRENCY = 32;

/** A rate is kept until so many requests have shown what it does: fewer, if all that they brought was taken. */
const ANSWERS_OF_AN_EPOCH = 20;
const GOOD_ANSWERS_OF_AN_EPOCH = 8;
const LONGEST_EPOCH = 1_000;
const SHORTEST_EPOCH = 100;
/** So many tell when it is much too high, or that nothing goes at all. */
const ANSWERS_TO_BE_SURE = 4;
const MUCH = 0.5;
/** The last few answers may have been worse than the average. */
const LARGEST_DECREASE = 0.3;

/** How much more than what was taken is tried: so much is refused in the long run, and nothing is left unused. */
const PROBE = 0.03;
/** The first step up, as a part of the rate; each next one is twice as large. */
const FIRST_STEP = 0.1;
/** Records per second. */
const LOWEST_RATE = 5;
const FIRST_GUESS = 500;
/** Milliseconds' worth of records that may be sent late, after a pause that took longer than it should. */
const LONGEST_DELAY = 50;

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 5_000;
/** A table that takes nothing at all is waited for 36 seconds on average, 71 at most. */
const MOST_FRUITLESS_TRIES = 20;

/**
 * How many requests, and records a second, a table takes at the moment. As long as everything is taken only the number of requests
 * on their way limits them: one more for each answer (slow start). From the first refusal on there is a rate: multiplied by the
 * part of the records that was taken, in steps that add up while nothing is refused. While nothing at all is taken, a
 * single request tries again after pauses that double, with full jitter.
 */
export class SendRate {
  private mostOnWay = FIRST_CONCURRENCY;
  private rate = Infinity;
  private step = 0;
  /** Records that may be sent at once; negative: that must be waited for. */
  private credit = 0;
  private creditAt = 0;
  private fruitless = 0;
  /** What to go on with when something is taken again. */
  private rateBefore = FIRST_GUESS;
  private lowered = 0;
  private epochAt: number | undefined;
  private answers = 0;
  private records = 0;
  private refused = 0;
  private wasWaitedFor = false;

  /** @param random between 0 and 1, for the jitter */
  constructor(private readonly random: () => number) {}

  public get concurrency(): number {
    return this.fruitless > 0 ? 1 : this.mostOnWay;
  }

  /** The table has taken nothing for so long that nobody should wait any more. */
  public get isHopeless(): boolean {
    return this.fruitless >= MOST_FRUITLESS_TRIES;
  }

  /** Somebody new waits, who has not waited yet. */
  public renewPatience(): void {
    if (this.isHopeless) this.fruitless = 1;
  }

  /** Milliseconds until the next request may be sent. */
  public wait(now: number): number {
    if (this.rate === Infinity) return 0;
    const earned = (now - this.creditAt) * this.rate / 1000;
    this.credit = Math.min(this.credit + earned, this.rate * LONGEST_DELAY / 1000);
    this.creditAt = now;
    if (this.credit >= 0) return 0;
    this.wasWaitedFor = true;
    return -this.credit * 1000 / this.rate;
  }

  /** Somebody has waited as long as it was said, by whatever clock. */
  public waited(now: number): void {
    this.credit = Math.max(this.credit, 0);
    this.creditAt = now;
  }

  public sent(records: number, bytes: number, now: number): Sent {
    this.epochAt ??= now;
    if (this.rate !== Infinity) this.credit -= records;
    return { records, bytes, at: now, lowered: this.lowered };
  }

  /** Says how long nothing may be sent. */
  public answered({ records, at, lowered }: Sent, taken: number, now: number): number {
    if (taken > 0 && this.fruitless > 0) this.goOn(now);
    if (taken === records && this.mostOnWay < MOST_CONCURRENCY) this.mostOnWay++;
    if (lowered !== this.lowered) return 0;
    this.answers++;
    this.records += records;
    this.refused += records - taken;
    return this.look(now, now - at);
  }

  private look(now: number, latency: number): number {
    const elapsed = now - this.epochAt!;
    const loss = this.refused / this.records;
    const enough = loss > 0 ? ANSWERS_OF_AN_EPOCH : GOOD_ANSWERS_OF_AN_EPOCH;
    const isSure = elapsed >= Math.max(this.answers >= enough ? SHORTEST_EPOCH : LONGEST_EPOCH, 1.5 * latency);
    const isMuch = loss > MUCH && this.answers >= ANSWERS_TO_BE_SURE;
    if (loss === 1 && (isSure || isMuch || this.fruitless > 0)) return this.pause(now, latency);
    if (!isSure && !isMuch) return 0;

    if (loss > 0) {
      this.limit(this.sentRate(latency) * Math.max((1 - loss) * (1 + PROBE), LARGEST_DECREASE), now);
    } else if (this.wasWaitedFor) {
      this.rate += this.step;
      this.step *= 2;
    }
    this.begin(now);
    return 0;
  }

  private sentRate(latency: number): number {
    return Math.min(this.rate, this.mostOnWay * this.records / this.answers * 1000 / Math.max(latency, 1));
  }

  private limit(rate: number, now: number): void {
    if (this.rate === Infinity) this.credit = 0;
    this.rate = Math.max(rate, LOWEST_RATE);
    this.step = this.rate * FIRST_STEP;
    this.lowered++;
    this.creditAt = now;
  }

  private pause(now: number, latency: number): number {
    if (this.fruitless++ === 0 && this.rate !== Infinity) this.rateBefore = this.sentRate(latency) / 2;
    this.lowered++;
    this.begin(now);
    return this.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.fruitless);
  }

  private goOn(now: number): void {
    this.fruitless = 0;
    this.limit(this.rateBefore, now);
    this.credit = 0;
    this.begin(now);
  }

  private begin(now: number): void {
    this.epochAt = now;
    this.answers = 0;
    this.records = 0;
    this.refused = 0;
    this.wasWaitedFor = false;
  }
}
