/** Time that passes only when everybody waits for it. */
export class VirtualTime {
  private milliseconds = 0;
  private order = 0;
  private readonly timers: { readonly at: number; readonly order: number; readonly wake: () => void }[] = [];

  public readonly now = (): number => this.milliseconds;

  public readonly sleep = (milliseconds: number): Promise<void> => new Promise((wake) => {
    this.timers.push({ at: this.milliseconds + milliseconds, order: this.order++, wake });
  });

  /** Lets time pass until the work is done, or for so long; says what came of the work. */
  public async run<T>(work: Promise<T>, longest = Infinity): Promise<T | undefined> {
    const end = this.milliseconds + longest;
    let isOver = false;
    const watched = work.finally(() => { isOver = true; });
    watched.catch(() => undefined);
    for (;;) {
      await new Promise(setImmediate);
      if (isOver) return watched;
      this.timers.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.timers[0];
      if (!next) throw new Error('nobody waits for time, and the work is not done');
      if (next.at > end) return undefined;
      this.milliseconds = Math.max(this.milliseconds, next.at);
      // Those of one moment together, since a turn of the event loop costs more than a timer.
      while (this.timers[0]?.at === next.at) this.timers.shift()!.wake();
    }
  }
}
