import { S3Client } from '@aws-sdk/client-s3';
import { Upload as S3Upload } from '@aws-sdk/lib-storage';
import { stringify, Stringifier } from 'csv-stringify';
import { RejectSink } from '../application/ingest-rows';
import { Reject } from '../domain/reject';
import { rejectFileHeader, rejectLine } from '../domain/reject-line';
import { rejectsKey } from '../domain/rejects-key';

/** Streams rejected rows into a CSV file of their own, in parts, so that any number of them takes the same memory. */
export class S3RejectFile implements RejectSink {
  private open: { readonly csv: Stringifier; readonly stored: Promise<unknown> } | undefined;

  constructor(private readonly client: S3Client, private readonly bucket: string, private readonly fileKey: string) {}

  public add(header: readonly string[], reject: Reject): Promise<void> | undefined {
    this.open ??= this.start(header);
    const { csv, stored } = this.open;
    if (csv.write(rejectLine(header, reject))) return undefined;
    const drained = new Promise<void>((resolve) => csv.once('drain', resolve));
    return Promise.race([drained, stored.then(() => undefined)]);
  }

  public async close(): Promise<void> {
    this.open?.csv.end();
    await this.open?.stored;
  }

  /** The upload reads the stream's error and gives back the parts it has sent; its own abort() would not wait for that. */
  public async discard(): Promise<void> {
    this.open?.csv.destroy(new Error('the rejected rows were discarded'));
    await this.open?.stored.catch(() => undefined);
  }

  /** A file without rejects has no rejects file. */
  private start(header: readonly string[]): NonNullable<typeof this.open> {
    const csv = stringify({ record_delimiter: '\r\n' });
    // The upload reports it; an error event that nobody hears would end the process.
    csv.on('error', () => undefined);
    csv.write(rejectFileHeader(header));
    const upload = new S3Upload({
      client: this.client,
      params: { Bucket: this.bucket, Key: rejectsKey(this.fileKey), Body: csv, ContentType: 'text/csv; charset=utf-8' },
      queueSize: 1,
    });
    const stored = upload.done();
    // Reported by add() or close(); without a handler until then, Node would end the process.
    stored.catch(() => undefined);
    return { csv, stored };
  }
}
