/** A stream whose first bytes have been looked at, and are still to come. */
export class Peeked implements AsyncIterableIterator<Buffer> {
  public static async at(chunks: AsyncIterable<Buffer>, bytes: number): Promise<Peeked> {
    const iterator = chunks[Symbol.asyncIterator]();
    const taken: Buffer[] = [];
    for (let length = 0; length < bytes;) {
      const next = await iterator.next();
      if (next.done) break;
      taken.push(next.value);
      length += next.value.length;
    }
    return new Peeked(taken, iterator);
  }

  /** As many bytes as were asked for, or more; less only where the stream has no more. */
  public readonly head: Buffer;

  private constructor(private readonly taken: Buffer[], private readonly rest: AsyncIterator<Buffer>) {
    this.head = taken.length === 1 ? taken[0] : Buffer.concat(taken);
  }

  public async next(): Promise<IteratorResult<Buffer>> {
    const value = this.taken.shift();
    return value ? { done: false, value } : this.rest.next();
  }

  public async return(): Promise<IteratorResult<Buffer>> {
    this.taken.length = 0;
    await this.rest.return?.();
    return { done: true, value: undefined };
  }

  public [Symbol.asyncIterator](): this {
    return this;
  }
}
