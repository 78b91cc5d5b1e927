/** Makes no more calls at the same time than it may. */
export class BoundedCalls {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly most: number) {}

  /** Whether another one would have to wait. */
  public get areEnough(): boolean {
    return this.running >= this.most;
  }

  /** Whoever makes a call may wait for it later: until then a failure is nobody's. */
  public make<T>(call: () => Promise<T>): Promise<T> {
    const made = this.run(call);
    made.catch(() => undefined);
    return made;
  }

  private async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.areEnough) await new Promise<void>((resolve) => { this.waiting.push(resolve); });
    else this.running++;
    try {
      return await call();
    } finally {
      // Whoever waits takes the place over.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
