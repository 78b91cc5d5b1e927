export interface SignPost {
  readonly key: string;
  readonly contentType: string;
  /** Bytes that S3 takes, inclusive. */
  readonly minSize: number;
  readonly maxSize: number;
}

export interface SignPut {
  readonly key: string;
  readonly contentType: string;
  readonly size: number;
}

/** What a client sends to S3 as it is: form fields of a POST, headers of a PUT. */
export interface SignedRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Port: lets a client send one object to the bucket, and nothing else. */
export interface UploadSigner {
  signPost(request: SignPost): Promise<SignedRequest>;
  signPut(request: SignPut): Promise<SignedRequest>;
}
