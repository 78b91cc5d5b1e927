import { Readable } from 'node:stream';
import { DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload as S3Upload } from '@aws-sdk/lib-storage';
import { RejectLines, RejectSegment, RejectStore } from '../../application/ingest/reject-store';
import { rejectsKey, rejectSegmentKey } from '../../domain/rejects/rejects-key';

const CONTENT_TYPE = 'text/csv; charset=utf-8';
/** Amazon S3 API Reference, "DeleteObjects". */
const MOST_DELETED_AT_ONCE = 1000;

/**
 * Rejected rows beside the uploads: a CSV file per file that has some, and segments of it until then. A segment is a line with the
 * bytes of the header, the header, and its rows, so that whoever puts segments together needs not to have read the file.
 */
export class S3RejectStore implements RejectStore {
  constructor(private readonly client: S3Client, private readonly bucket: string) {}

  public async putSegment(fileKey: string, segment: RejectSegment, { header, lines }: RejectLines): Promise<void> {
    await this.put(rejectSegmentKey(fileKey, segment), `${Buffer.byteLength(header)}\n${header}${lines}`);
  }

  public async assemble(fileKey: string, segments: readonly RejectSegment[], rest: RejectLines | undefined): Promise<void> {
    if (segments.length === 0) {
      if (rest) await this.put(rejectsKey(fileKey), rest.header + rest.lines);
      return;
    }
    await new S3Upload({
      client: this.client,
      params: {
        ...this.object(rejectsKey(fileKey)), Body: Readable.from(this.together(fileKey, segments, rest)), ContentType: CONTENT_TYPE,
      },
      queueSize: 1,
    }).done();
  }

  public async deleteSegments(fileKey: string, segments: readonly RejectSegment[]): Promise<void> {
    for (let at = 0; at < segments.length; at += MOST_DELETED_AT_ONCE) {
      const Objects = segments.slice(at, at + MOST_DELETED_AT_ONCE).map((segment) => ({ Key: rejectSegmentKey(fileKey, segment) }));
      await this.client.send(new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }));
    }
  }

  public async remove(fileKey: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand(this.object(rejectsKey(fileKey))));
  }

  private async* together(fileKey: string, segments: readonly RejectSegment[], rest: RejectLines | undefined): AsyncGenerator<Buffer> {
    for (const [nth, segment] of segments.entries()) {
      const bytes = await this.get(rejectSegmentKey(fileKey, segment));
      const header = bytes.indexOf('\n') + 1;
      yield bytes.subarray(nth === 0 ? header : header + Number(bytes.toString('latin1', 0, header)));
    }
    if (rest) yield Buffer.from(rest.lines);
  }

  private async get(key: string): Promise<Buffer> {
    const { Body } = await this.client.send(new GetObjectCommand(this.object(key)));
    return Buffer.from(await Body!.transformToByteArray());
  }

  private async put(key: string, text: string): Promise<void> {
    await this.client.send(new PutObjectCommand({ ...this.object(key), Body: Buffer.from(text), ContentType: CONTENT_TYPE }));
  }

  private object(Key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key };
  }
}
