import { parse } from 'csv-parse/sync';
import { RejectLines, RejectSegment, RejectStore } from '../../../lambda-src/application/ingest/reject-store';
import { rejectSegmentKey } from '../../../lambda-src/domain/rejects/rejects-key';

/** Rejected rows in maps. */
export class InMemoryRejects implements RejectStore {
  public readonly files = new Map<string, string>();
  public readonly segments = new Map<string, RejectLines>();

  /** The lines of a file's rejects, the header first; undefined: it has none. */
  public get(fileKey: string): string[][] | undefined {
    const text = this.files.get(fileKey);
    return text === undefined ? undefined : parse(text) as string[][];
  }

  public get size(): number {
    return this.files.size;
  }

  public async putSegment(fileKey: string, segment: RejectSegment, content: RejectLines): Promise<void> {
    const key = rejectSegmentKey(fileKey, segment);
    if (this.segments.has(key)) throw new Error('a segment was stored twice');
    this.segments.set(key, content);
  }

  public async assemble(fileKey: string, segments: readonly RejectSegment[], rest: RejectLines | undefined): Promise<void> {
    const parts = segments.map((segment) => {
      const content = this.segments.get(rejectSegmentKey(fileKey, segment));
      if (!content) throw new Error('a segment is gone');
      return content;
    });
    if (rest) parts.push(rest);
    if (parts.length > 0) this.files.set(fileKey, parts[0].header + parts.map(({ lines }) => lines).join(''));
  }

  public async deleteSegments(fileKey: string, segments: readonly RejectSegment[]): Promise<void> {
    for (const segment of segments) this.segments.delete(rejectSegmentKey(fileKey, segment));
  }

  public async remove(fileKey: string): Promise<void> {
    this.files.delete(fileKey);
  }
}
