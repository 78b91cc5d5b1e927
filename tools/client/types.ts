/** The shapes of the HTTP API, as far as the client needs them; design.md section 7 has all of them. */

export type UploadStatus = 'PENDING' | 'UPLOADED' | 'PROCESSING' | 'COMPLETED' | 'FAILED' | 'ABORTED' | 'EXPIRED' | 'QUARANTINED';

export const TERMINAL_STATUSES: ReadonlySet<UploadStatus> = new Set(['COMPLETED', 'FAILED', 'ABORTED', 'EXPIRED', 'QUARANTINED']);

/** How to send one file: a form (POST) or the body itself (PUT), to a URL that is already signed. */
export interface UploadTarget {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface MultipartPlan {
  readonly partSize: number;
  readonly partCount: number;
}

/** Of the whole file, in base64; S3 refuses a file that has another one. */
export interface Checksum {
  readonly algorithm: 'SHA256' | 'CRC64NVME';
  readonly value: string;
}

export interface FileRequest {
  readonly fileName?: string;
  readonly contentType?: string;
  readonly size?: number;
  readonly method?: 'POST' | 'PUT';
  readonly multipart?: boolean;
  readonly checksum?: Checksum;
}

/** One file, or several of them instead. */
export interface StartUploadRequest extends FileRequest {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Only checks the rows, and writes no record. @default false */
  readonly dryRun?: boolean;
  readonly files?: ReadonlyArray<FileRequest & { readonly name: string }>;
}

/** How to send a file: in one request, or in parts. */
export interface StartedFile {
  readonly upload?: UploadTarget;
  readonly multipart?: MultipartPlan;
}

export interface UploadState {
  readonly uploadId: string;
  readonly status: UploadStatus;
}

export interface StartedUpload extends UploadState, StartedFile {
  readonly expiresAt: string;
  readonly files?: ReadonlyArray<StartedFile & { readonly name: string }>;
}

/** A small file in the request itself: its bytes, or base64 of them in JSON together with metadata. */
export interface InlineRequest {
  readonly fileName: string;
  readonly contentType: string;
  readonly content: Uint8Array | string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Only checks the rows, and writes no record. @default false */
  readonly dryRun?: boolean;
}

export interface UploadParts {
  /** `null`: whoever sends the parts decides. */
  readonly partSize: number | null;
  readonly partCount: number | null;
  readonly uploaded: ReadonlyArray<{ readonly partNumber: number; readonly etag: string; readonly size: number }>;
  readonly missing: readonly number[];
}

export interface SignedPart {
  readonly partNumber: number;
  readonly url: string;
  readonly expiresAt: string;
}

/** A URL that is the right to do something until it expires. */
export interface Link {
  readonly url: string;
  readonly expiresAt: string;
}

export interface UploadFile {
  readonly name: string;
  readonly fileName: string;
  readonly key: string;
  readonly contentType: string;
  /** `null` until it is known. */
  readonly size: number | null;
  readonly checksum: Checksum | null;
  readonly multipart: { readonly partSize: number | null; readonly partCount: number | null } | null;
  readonly arrival: { readonly at: string; readonly etag: string | null } | null;
}

export interface UploadCounts {
  readonly total: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Rows that were left out, by a transform or since they are empty; absent: none. */
  readonly dropped?: number;
}

/** How far it is; what is absent is not known. */
export interface UploadProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rows?: number;
  readonly rowsPerSecond?: number;
  readonly estimatedEnd?: string;
}

export interface Upload {
  readonly uploadId: string;
  readonly status: UploadStatus;
  /** Whether its rows are only checked. */
  readonly dryRun: boolean;
  /** Who started it; `null` where the API does not ask. */
  readonly owner: string | null;
  readonly files: readonly UploadFile[];
  /** null: an upload that has failed, and of which it is not known how far it came. */
  readonly counts: UploadCounts | null;
  readonly progress: UploadProgress;
  readonly stage: string | null;
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly history: ReadonlyArray<{ readonly status: UploadStatus; readonly at: string }>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly uploadedAt: string | null;
}

export type ApiRecord = Readonly<Record<string, unknown>>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | null;
}

/** Query of a list; `undefined` leaves a parameter out. */
export type ListQuery = Readonly<Record<string, string | number | undefined>>;

/** RFC 9457 problem details with our stable `code`. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly unknown[];
}
