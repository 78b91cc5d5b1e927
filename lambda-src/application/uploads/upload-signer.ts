import { Checksum } from '../../domain/uploads/upload';

/** A signature lasts as long as the API says, or shorter. */
export interface ShortLived {
  /** Seconds. */
  readonly expiresIn?: number;
}

export interface SignPost extends ShortLived {
  readonly key: string;
  readonly contentType: string;
  /** Bytes that S3 takes, inclusive. */
  readonly minSize: number;
  readonly maxSize: number;
  /** S3 refuses bytes that do not add up to it. */
  readonly checksum?: Checksum;
}

export interface SignPut {
  readonly key: string;
  readonly contentType: string;
  readonly size: number;
  /** S3 refuses bytes that do not add up to it. */
  readonly checksum?: Checksum;
}

/** What a client sends to S3 as it is: form fields of a POST, headers of a PUT. */
export interface SignedRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface MultipartTarget {
  readonly key: string;
  /** S3's id of the multipart upload. */
  readonly multipartId: string;
}

export interface SignPart extends MultipartTarget, ShortLived {
  /** From 1. */
  readonly partNumber: number;
  /** Bytes of the part, where they are known: S3 then takes no other number. */
  readonly size?: number;
}

/** Port: lets a client send one object to the bucket, and nothing else. */
export interface UploadSigner {
  signPost(request: SignPost): Promise<SignedRequest>;
  signPut(request: SignPut): Promise<SignedRequest>;
  /** URL to PUT one part of a multipart upload to. */
  signPart(request: SignPart): Promise<string>;
}

export interface SignCreateMultipart extends ShortLived {
  readonly key: string;
  /** Absent: what the client says to S3 counts. */
  readonly contentType?: string;
}

/** Port: lets a client that speaks S3 itself, such as Uppy, run one multipart upload on its own. */
export interface MultipartSigner {
  /** URL to POST nothing to, with the content type as header; S3 answers with the id in XML. */
  signCreateMultipart(request: SignCreateMultipart): Promise<string>;
  /** URL to GET the parts from that S3 has. */
  signListParts(request: MultipartTarget & ShortLived): Promise<string>;
  /** URL to POST the list of parts to. */
  signCompleteMultipart(request: MultipartTarget & ShortLived): Promise<string>;
  /** URL to DELETE. */
  signAbortMultipart(request: MultipartTarget & ShortLived): Promise<string>;
}

export interface SignDownload {
  readonly key: string;
  /** What a browser saves the file as. */
  readonly fileName: string;
}

/** Port: lets a client fetch one object of the bucket. */
export interface DownloadSigner {
  /** URL to GET. */
  signDownload(request: SignDownload): Promise<string>;
}
