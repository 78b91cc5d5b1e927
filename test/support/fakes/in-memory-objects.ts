import { createHash } from 'node:crypto';
import {
  CompleteMultipart, Completion, CreateMultipart, ObjectRefused, ObjectStore, PutObject, StoredObject, StoredPart,
} from '../../../lambda-src/application/uploads/object-store';
import { Checksum } from '../../../lambda-src/domain/uploads/upload';

interface Content {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly etag: string;
}

interface Begun {
  readonly key: string;
  readonly contentType: string;
  readonly parts: Map<number, Buffer>;
}

/** A bucket in memory, with the rules of S3; what a client does with a URL the test does itself. */
export class InMemoryObjects implements ObjectStore {
  public readonly contents = new Map<string, Content>();
  public readonly begun = new Map<string, Begun>();
  private count = 0;

  /** What whoever has the URL of a PUT or a form does. */
  public send(key: string, content: string | Uint8Array, contentType = 'text/csv'): void {
    const bytes = Buffer.from(content);
    this.contents.set(key, { bytes, contentType, etag: md5(bytes) });
  }

  /** What whoever has the URL of a part does; an answer of false is S3's `NoSuchUpload`. */
  public sendPart(multipartId: string, partNumber: number, content: string | Uint8Array): boolean {
    this.begun.get(multipartId)?.parts.set(partNumber, Buffer.from(content));
    return this.begun.has(multipartId);
  }

  /** Nothing that is stored costs money any more. */
  public get isEmpty(): boolean {
    return this.contents.size === 0 && this.begun.size === 0;
  }

  public async createMultipart({ key, contentType }: CreateMultipart): Promise<string> {
    const id = `multipart-${++this.count}`;
    this.begun.set(id, { key, contentType, parts: new Map() });
    return id;
  }

  public async listParts(key: string, multipartId: string): Promise<StoredPart[] | undefined> {
    const upload = this.find(key, multipartId);
    const parts = upload && [...upload.parts].map(([partNumber, bytes]) => ({ partNumber, etag: md5(bytes), size: bytes.length }));
    return parts?.sort((a, b) => a.partNumber - b.partNumber);
  }

  public async completeMultipart({ key, multipartId, parts, size, checksum }: CompleteMultipart): Promise<Completion> {
    const upload = this.find(key, multipartId);
    if (!upload) return 'gone';
    if (this.contents.has(key)) return 'exists';
    const inOrder = [...parts].sort((a, b) => a.partNumber - b.partNumber);
    if (inOrder.some(({ partNumber, etag }) => !upload.parts.has(partNumber) || md5(upload.parts.get(partNumber)!) !== etag)) return 'invalid';
    const bytes = Buffer.concat(inOrder.map(({ partNumber }) => upload.parts.get(partNumber)!));
    if (size !== undefined && size !== bytes.length) return 'mismatch';
    if (checksum && checksumOf(bytes, checksum.algorithm).value !== checksum.value) return 'mismatch';
    this.contents.set(key, { bytes, contentType: upload.contentType, etag: `${md5(bytes)}-${parts.length}` });
    this.begun.delete(multipartId);
    return 'completed';
  }

  public async abortMultipart(key: string, multipartId: string): Promise<void> {
    if (this.find(key, multipartId)) this.begun.delete(multipartId);
  }

  public async head(key: string): Promise<StoredObject | undefined> {
    return this.stored(key, null);
  }

  public async headWithChecksum(key: string): Promise<StoredObject | undefined> {
    const content = this.contents.get(key);
    return this.stored(key, content ? checksumOf(content.bytes, 'SHA256') : null);
  }

  public async put({ key, contentType, body, checksum }: PutObject): Promise<{ readonly etag: string }> {
    const bytes = Buffer.from(body);
    if (checksum && checksumOf(bytes, checksum.algorithm).value !== checksum.value) throw new ObjectRefused('mismatch');
    if (this.contents.has(key) && !this.contents.get(key)!.bytes.equals(bytes)) throw new ObjectRefused('exists');
    this.contents.set(key, { bytes, contentType, etag: md5(bytes) });
    return { etag: md5(bytes) };
  }

  public async delete(key: string): Promise<void> {
    this.contents.delete(key);
  }

  private find(key: string, multipartId: string): Begun | undefined {
    const upload = this.begun.get(multipartId);
    return upload?.key === key ? upload : undefined;
  }

  private stored(key: string, checksum: Checksum | null): StoredObject | undefined {
    const content = this.contents.get(key);
    if (!content) return undefined;
    const { bytes, contentType, etag } = content;
    return { size: bytes.length, contentType, etag, checksum, lastModified: '2026-01-01T00:00:00.000Z' };
  }
}

/** For CRC64NVME, which Node does not have, another sum of the same length. */
export function checksumOf(content: string | Uint8Array, algorithm: Checksum['algorithm']): Checksum {
  const sha256 = createHash('sha256').update(content).digest();
  return { algorithm, value: (algorithm === 'SHA256' ? sha256 : sha256.subarray(0, 8)).toString('base64') };
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
