/** How a call goes wrong: nothing happened, it happened but nobody heard, or the whole invocation was killed at that moment. */
export type Fault = 'refused' | 'answer lost' | 'killed';
export const FAULTS: readonly Fault[] = ['refused', 'answer lost', 'killed'];

export class InjectedFault extends Error {}

/** One invocation, whose nth call of a port goes wrong. A killed one never comes back from anything. */
export class Invocation {
  public readonly killed: Promise<'killed'>;
  public readonly calls: string[] = [];
  private kill?: (reason: 'killed') => void;
  private dead = false;

  constructor(private readonly faultAt = Infinity, private readonly fault: Fault = 'refused') {
    this.killed = new Promise((resolve) => { this.kill = resolve; });
  }

  /** Whether the fault has happened. */
  public get struck(): boolean {
    return this.calls.length >= this.faultAt;
  }

  /** What cannot go wrong, but does not come back either once the invocation is killed. */
  public async wait(effect: () => void): Promise<void> {
    await new Promise(setImmediate);
    if (this.dead) return never();
    effect();
  }

  public async call<T>(name: string, effect: () => T | Promise<T>): Promise<T> {
    if (this.dead) return never();
    this.calls.push(name);
    if (this.calls.length !== this.faultAt) return effect();
    if (this.fault === 'refused') throw new InjectedFault(name);
    if (this.fault === 'answer lost') {
      await effect();
      throw new InjectedFault(name);
    }
    this.dead = true;
    this.kill?.('killed');
    return never();
  }
}

const MOST_TURNS = 100;

/**
 * Waits until a clock has gone on by so much, which it does where others wait for something; or for some turns, where nobody does
 * any more.
 */
export async function passing(milliseconds: number, clock: () => number, invocation: Invocation): Promise<void> {
  const end = clock() + milliseconds;
  for (let turn = 0; turn < MOST_TURNS && clock() < end; turn++) await invocation.wait(() => undefined);
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
