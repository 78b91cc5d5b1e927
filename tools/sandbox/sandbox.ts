import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Loads a function's bundle as Lambda does, in a time of its own, and calls it with what the parent sends. */
const BOOTSTRAP = `
  const { bundle, clock } = JSON.parse(process.argv[1]);
  const RealDate = Date;
  const began = RealDate.now();
  const now = () => Math.round(clock.start + (RealDate.now() - began) * clock.speed);
  globalThis.Date = class extends RealDate {
    constructor(...values) { super(...(values.length === 0 ? [now()] : values)); }
    static now() { return now(); }
  };
  const { handler } = require(bundle);
  const sampled = { peak: 0 };
  const sample = () => { sampled.peak = Math.max(sampled.peak, process.memoryUsage.rss()); };
  setInterval(sample, 20).unref();
  process.on('message', async ({ event, milliseconds, awsRequestId }) => {
    const until = now() + milliseconds;
    const answer = await handler(event, { awsRequestId, getRemainingTimeInMillis: () => until - now() })
      .then((value) => ({ value }), (error) => ({ error: { type: error.name, stack: error.stack } }));
    sample();
    process.send({ ...answer, now: now(), peak: sampled.peak });
  });
`;

export interface SandboxOptions {
  /** The function's `index.js`. */
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the function's time begins, and how many times faster than ours it goes by. */
  readonly clock?: { readonly start: number; readonly speed: number };
}

export interface Returned<T> {
  readonly value: T;
  /** The function's time at its end. */
  readonly now: number;
  /** Bytes of memory that the process had at most. */
  readonly peak: number;
}

/** The function threw it. */
export class FunctionError extends Error {
  constructor(public readonly type: string, stack: string) {
    super(stack);
    this.name = 'FunctionError';
  }
}

interface Answer<T> extends Returned<T> {
  readonly error?: { readonly type: string; readonly stack: string };
}

/** A function in a process of its own, as in Lambda, which can be killed at any moment. */
export class Sandbox {
  private readonly child: ChildProcess;
  private readonly ended: Promise<undefined>;
  /** What the function wrote, for whoever wonders. */
  public output = '';
  private onAnswer: ((answer: Answer<unknown>) => void) | undefined;

  constructor({ bundle, environment, clock = { start: Date.now(), speed: 1 } }: SandboxOptions) {
    this.child = spawn(process.execPath, ['-e', BOOTSTRAP, JSON.stringify({ bundle, clock })], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '', ...environment },
    });
    this.child.on('message', (answer) => this.onAnswer?.(answer as Answer<unknown>));
    this.ended = once(this.child, 'exit').then(() => undefined);
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => { this.output = (this.output + text).slice(-10_000); });
    }
  }

  /** Throws FunctionError when the function throws. Undefined: the process was killed before it had an answer. */
  public async invoke<T>(event: unknown, milliseconds = 600_000): Promise<Returned<T> | undefined> {
    const { child } = this;
    const answered = new Promise<Answer<T>>((resolve) => { this.onAnswer = resolve as typeof this.onAnswer; });
    if (child.connected) child.send({ event, milliseconds, awsRequestId: crypto.randomUUID() }, () => undefined);
    const answer = await Promise.race([answered, this.ended]);
    if (answer === undefined) {
      if (child.signalCode !== 'SIGKILL') throw new Error(`the function's process ended by itself:\n${this.output}`);
      return undefined;
    }
    if (answer.error) throw new FunctionError(answer.error.type, answer.error.stack);
    return answer;
  }

  public get isKilled(): boolean {
    return this.child.killed;
  }

  public kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Ends the process, whatever it does. */
  public async end(): Promise<void> {
    this.kill();
    await this.ended;
  }
}
