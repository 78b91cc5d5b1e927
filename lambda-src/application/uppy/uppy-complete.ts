import { ApiError } from '../../domain/api-error';
import { hasArrived } from '../../domain/uploads/upload';
import { Caller } from '../access/caller';
import { ObjectStore, StoredPart } from '../uploads/object-store';
import { MultipartTarget } from '../uploads/upload-signer';
import { FindUppyUpload, requirePending } from './uppy-upload';

/** A part as Uppy has it: with the ETag that S3 answered, in quotes or not. */
export interface SentPart {
  readonly partNumber: number;
  readonly etag: string;
}

export interface CompleteUppyPorts {
  readonly find: FindUppyUpload;
  readonly objects: Pick<ObjectStore, 'listParts' | 'completeMultipart'>;
  /** Takes an upload on whose object is there, as `POST /uploads/{uploadId}/complete` does. */
  readonly complete: (caller: Caller, uploadId: string) => Promise<unknown>;
}

export interface CompleteUppyRules {
  /** Bytes. */
  readonly maxFileSize: number;
}

/** Puts the parts together that Uppy has sent. */
export class CompleteUppy {
  constructor(private readonly ports: CompleteUppyPorts, private readonly rules: CompleteUppyRules) {}

  /** A repeated call, whose first answer was lost say, succeeds like the first. */
  public async run(caller: Caller, target: MultipartTarget, sent: readonly SentPart[]): Promise<void> {
    const found = await this.ports.find.run(caller, target);
    const { upload } = found.work;
    if (hasArrived(upload)) return;
    requirePending(found);
    await this.join(target, sent);
    await this.ports.complete(caller, upload.uploadId);
  }

  private async join(target: MultipartTarget, sent: readonly SentPart[]): Promise<void> {
    const { objects } = this.ports;
    const stored = await objects.listParts(target.key, target.multipartId);
    // Completed by a call whose answer was lost, or aborted: what there is of it is found out by who takes it on.
    if (!stored) return;
    const parts = chooseParts(stored, sent);
    const size = sizeOf(parts, this.rules);
    const completion = await objects.completeMultipart({ ...target, parts, size });
    if (completion === 'invalid') throw new ApiError('PARTS_MISSING', 'S3 refused the parts: all but the last must have 5 MiB at least');
    if (completion === 'mismatch') throw new ApiError('SIZE_MISMATCH', 'the parts have changed meanwhile');
  }
}

/** Refuses parts that add up to more than a file may have; known before they are put together, and nothing is stored. */
export function sizeOf(parts: readonly Pick<StoredPart, 'size'>[], { maxFileSize }: CompleteUppyRules): number {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (size > maxFileSize) throw new ApiError('FILE_TOO_LARGE', `the file must have at most ${maxFileSize} bytes, got ${size}`);
  return size;
}

function chooseParts(stored: readonly StoredPart[], sent: readonly SentPart[]): StoredPart[] {
  const byNumber = new Map(stored.map((part) => [part.partNumber, part]));
  return sent.map(({ partNumber, etag }) => {
    const part = byNumber.get(partNumber);
    if (part && part.etag === etag.replace(/^"(.*)"$/, '$1')) return part;
    throw new ApiError('PARTS_MISSING', `S3 does not have part ${partNumber} with this ETag`);
  });
}
