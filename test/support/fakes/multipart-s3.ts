import { CompleteMultipart, Completion, CreateMultipart, ObjectStore, StoredObject, StoredPart } from '../../../lambda-src/application/uploads/object-store';
import { MultipartSigner, MultipartTarget, SignCreateMultipart } from '../../../lambda-src/application/uploads/upload-signer';
import { RecordingSigner } from './recording-signer';

type Objects = Omit<ObjectStore, 'put'>;

/** What S3 knows of multipart uploads; the test sends the parts. */
export class MultipartS3 implements Objects {
  public readonly objects = new Map<string, StoredObject>();
  private readonly uploads = new Map<string, CreateMultipart & { readonly parts: Map<number, StoredPart> }>();
  private count = 0;

  public async createMultipart({ key, contentType }: CreateMultipart): Promise<string> {
    const id = `multipart-${++this.count}`;
    this.uploads.set(id, { key, contentType, parts: new Map() });
    return id;
  }

  public sendPart(multipartId: string, partNumber: number, size: number): StoredPart {
    const part = { partNumber, size, etag: `etag-${partNumber}` };
    this.uploads.get(multipartId)!.parts.set(partNumber, part);
    return part;
  }

  public async listParts(key: string, multipartId: string): Promise<StoredPart[] | undefined> {
    const upload = this.uploads.get(multipartId);
    return upload?.key === key ? [...upload.parts.values()] : undefined;
  }

  public async completeMultipart({ key, multipartId, parts }: CompleteMultipart): Promise<Completion> {
    const upload = this.uploads.get(multipartId);
    if (upload?.key !== key) return 'gone';
    this.uploads.delete(multipartId);
    const size = parts.reduce((sum, { partNumber }) => sum + upload.parts.get(partNumber)!.size, 0);
    this.objects.set(key, { size, contentType: upload.contentType, etag: 'whole', checksum: null, lastModified: '2026-01-01T00:00:00.000Z' });
    return 'completed';
  }

  public async abortMultipart(key: string, multipartId: string): Promise<void> {
    if (this.uploads.get(multipartId)?.key === key) this.uploads.delete(multipartId);
  }

  public async head(key: string): Promise<StoredObject | undefined> {
    return this.objects.get(key);
  }

  public async headWithChecksum(key: string): Promise<StoredObject | undefined> {
    return this.head(key);
  }

  public async delete(key: string): Promise<void> {
    this.objects.delete(key);
  }
}

/** URLs that say what they are for. */
export class MultipartRecordingSigner extends RecordingSigner implements MultipartSigner {
  public async signCreateMultipart({ key, contentType }: SignCreateMultipart): Promise<string> {
    return urlOf('create', key, contentType ?? 'any');
  }

  public async signListParts({ key, multipartId }: MultipartTarget): Promise<string> {
    return urlOf('list', key, multipartId);
  }

  public async signCompleteMultipart({ key, multipartId }: MultipartTarget): Promise<string> {
    return urlOf('complete', key, multipartId);
  }

  public async signAbortMultipart({ key, multipartId }: MultipartTarget): Promise<string> {
    return urlOf('abort', key, multipartId);
  }
}

function urlOf(action: string, key: string, detail: string): string {
  return `https://bucket.test/${key}?${action}=${encodeURIComponent(detail)}`;
}
