import { Checksum } from '../../domain/uploads/upload';
import { MultipartTarget } from './upload-signer';

export interface CreateMultipart {
  readonly key: string;
  readonly contentType: string;
}

/** A part that S3 has. */
export interface StoredPart {
  readonly partNumber: number;
  /** Without quotes. */
  readonly etag: string;
  readonly size: number;
}

export interface CompleteMultipart extends MultipartTarget {
  /** In any order. */
  readonly parts: readonly Pick<StoredPart, 'partNumber' | 'etag'>[];
  /** Bytes of the whole object, where they must be so many. */
  readonly size?: number;
  /** Only CRC64NVME works in parts. Nobody declares it before: S3 would then ask for a checksum with every part. */
  readonly checksum?: Checksum;
}

/**
 * - `completed`: the object is there
 * - `exists`: an object has this key already, and was left as it is
 * - `gone`: there is no such multipart upload (any more): it was aborted, or completed, which `head` tells
 * - `mismatch`: the bytes do not add up to the size or the checksum, and no object was made of them
 * - `invalid`: a part is not there, was replaced, or is too small to be any but the last
 */
export type Completion = 'completed' | 'exists' | 'gone' | 'mismatch' | 'invalid';

/** An object that S3 has. */
export interface StoredObject {
  readonly size: number;
  readonly contentType: string;
  /** Without quotes. */
  readonly etag: string;
  /** Of the whole object; null where S3 has none, or was not asked. */
  readonly checksum: Checksum | null;
  /** ISO 8601. */
  readonly lastModified: string;
}

export interface PutObject {
  readonly key: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** S3 refuses a body that does not add up to it. */
  readonly checksum?: Checksum;
}

/** Port: whether objects of the upload bucket are there. */
export interface ObjectLookup {
  exists(key: string): Promise<boolean>;
}

/** Port: the objects of the upload bucket, as the API starts and ends them. */
export interface ObjectStore {
  /** Returns S3's id of the multipart upload. */
  createMultipart(request: CreateMultipart): Promise<string>;
  /** All parts by number; undefined: there is no such multipart upload. */
  listParts(key: string, multipartId: string): Promise<StoredPart[] | undefined>;
  completeMultipart(request: CompleteMultipart): Promise<Completion>;
  /** One that is gone already is as good. */
  abortMultipart(key: string, multipartId: string): Promise<void>;
  head(key: string): Promise<StoredObject | undefined>;
  /** Like `head`, with the checksum if S3 has one; of an object under a KMS key only who may decrypt learns it. */
  headWithChecksum(key: string): Promise<StoredObject | undefined>;
  /** Only where nothing is yet; a repeat that finds its own bytes succeeds. Throws `ObjectRefused`. */
  put(request: PutObject): Promise<{ readonly etag: string }>;
  /** One that is not there is as good; in a versioned bucket the version stays. */
  delete(key: string): Promise<void>;
}

/** S3 did not take an object: its bytes do not add up to the checksum (`mismatch`), or there is another (`exists`). */
export class ObjectRefused extends Error {
  constructor(public readonly reason: 'mismatch' | 'exists') {
    super(`the object was refused: ${reason}`);
    this.name = 'ObjectRefused';
  }
}
