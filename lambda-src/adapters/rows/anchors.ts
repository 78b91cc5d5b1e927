import { RowBatch } from '../../application/ingest/row-source';
import { Anchor } from '../../domain/uploads/checkpoint';

/** Places that a decoder has passed, and that whoever goes on behind a row can begin at. */
export class Anchors {
  private readonly found: Anchor[] = [];

  public add(anchor: Anchor): void {
    this.found.push(anchor);
  }

  /** Batches with the last of them that is at or before the end of their first row; without, if there are none. */
  public async* into(batches: AsyncIterable<RowBatch>): AsyncGenerator<RowBatch> {
    for await (const batch of batches) {
      const anchor = batch.ends.length > 0 ? this.lastBefore(batch.ends[0]) : undefined;
      yield anchor ? { ...batch, anchor } : batch;
    }
  }

  /** Nobody asks for those before it any more. */
  private lastBefore(offset: number): Anchor | undefined {
    while (this.found.length > 1 && this.found[1].offset <= offset) this.found.shift();
    return this.found[0];
  }
}
