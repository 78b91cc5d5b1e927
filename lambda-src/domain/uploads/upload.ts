export const UPLOAD_STATUSES = [
  'PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED', 'FAILED', 'ABORTED', 'EXPIRED', 'QUARANTINED',
] as const;
export type UploadStatus = typeof UPLOAD_STATUSES[number];

/** What the bytes of a file must add up to, as S3 computes it; base64. */
export interface Checksum {
  readonly algorithm: 'SHA256' | 'CRC64NVME';
  readonly value: string;
}

/** How a file is sent in parts. */
export interface Multipart {
  /** S3's id; null until the client that starts the parts itself has told it. */
  readonly id: string | null;
  /** Bytes of every part but the last; null where the client decides. */
  readonly partSize: number | null;
  readonly partCount: number | null;
}

/** What S3 said when the file was there. */
export interface Arrival {
  readonly at: string;
  /** Names the bytes that arrived, without quotes: every attempt must find them. */
  readonly etag: string | null;
}

export interface UploadFile {
  /** Tells the files of one upload apart. */
  readonly name: string;
  readonly fileName: string;
  readonly key: string;
  readonly contentType: string;
  /** Bytes; null until the client or S3 has said it. */
  readonly size: number | null;
  readonly checksum: Checksum | null;
  /** null: in one request. */
  readonly multipart: Multipart | null;
  /** null: not yet. */
  readonly arrival: Arrival | null;
}

/** What every file is called in an upload of one. */
export const ONLY_FILE = 'file';

/** A file that a client has announced. */
export function announcedFile(file: Pick<UploadFile, 'name' | 'fileName' | 'key' | 'contentType'> & Partial<UploadFile>): UploadFile {
  return { size: null, checksum: null, multipart: null, arrival: null, ...file };
}

export function hasArrived({ files }: Pick<Upload, 'files'>): boolean {
  return files.every(({ arrival }) => arrival !== null);
}

/** Every row is one of them: total = accepted + rejected + dropped. */
export interface UploadCounts {
  readonly total: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Rows that were left out, by a transform or since they are empty; absent: none. */
  readonly dropped?: number;
}

/** One thing a client sends. Times are ISO 8601 in UTC. */
export interface Upload {
  readonly uploadId: string;
  readonly tenantId: string;
  readonly status: UploadStatus;
  readonly owner: string | null;
  readonly files: readonly UploadFile[];
  readonly metadata: Readonly<Record<string, string>>;
  /** null until rows have been counted. Of a FAILED one: what is known for sure to be in the table, or among the rejects. */
  readonly counts: UploadCounts | null;
  readonly progress: UploadProgress;
  /** Whether rows are only checked, and no record is written. */
  readonly dryRun: boolean;
  readonly stage: string | null;
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly history: readonly { readonly status: UploadStatus; readonly at: string }[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly uploadedAt: string | null;
  /** When the sweeper must look at it; null once it has ended. */
  readonly deadline: string | null;
}

/** How far it is, while it is being processed. */
export interface UploadProgress {
  /** Bytes of the files that have been read. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Rows so far, a second since work began, and when it will be done if it goes on like this; absent until that is known. */
  readonly rows?: number;
  readonly rowsPerSecond?: number;
  readonly estimatedEnd?: string;
  /** Rejects that those have who work on its ranges side by side, as far as they have added them up; nobody else sees it. */
  readonly rejected?: number;
}

/** What may follow; PROCESSING on PROCESSING is a lease changing hands, which is a repeat and no transition. */
const NEXT: Record<UploadStatus, readonly UploadStatus[]> = {
  PENDING: ['UPLOADED', 'ABORTED', 'EXPIRED', 'FAILED'],
  UPLOADED: ['PROCESSING', 'ABORTED', 'QUARANTINED', 'FAILED'],
  PROCESSING: ['COMPLETED', 'FAILED'],
  FAILED: ['UPLOADED'],
  COMPLETED: [],
  ABORTED: [],
  // A file may come to light after all.
  EXPIRED: ['UPLOADED'],
  QUARANTINED: [],
};

export function canTransition(from: UploadStatus, to: UploadStatus): boolean {
  return NEXT[from].includes(to);
}

const UNDER_WAY: readonly UploadStatus[] = ['PENDING', 'UPLOADED', 'PROCESSING'];

/** Nothing happens to it any more by itself; a FAILED upload may still be processed again. */
export function isTerminal(status: UploadStatus): boolean {
  return !UNDER_WAY.includes(status);
}

export function isUploadStatus(text: string): text is UploadStatus {
  return (UPLOAD_STATUSES as readonly string[]).includes(text);
}

export interface NewUpload {
  readonly uploadId: string;
  readonly tenantId: string;
  readonly owner: string | null;
  readonly files: readonly UploadFile[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly at: string;
  readonly deadline: string;
  /** @default false */
  readonly dryRun?: boolean;
}

/** An upload as it begins: announced, with nothing received. */
export function newUpload({ at, files, dryRun = false, ...given }: NewUpload): Upload {
  return {
    ...given,
    dryRun,
    files,
    status: 'PENDING',
    counts: null,
    progress: { bytes: 0, totalBytes: files.reduce((sum, file) => sum + (file.size ?? 0), 0) },
    stage: null,
    result: null,
    error: null,
    history: [{ status: 'PENDING', at }],
    createdAt: at,
    updatedAt: at,
    uploadedAt: null,
  };
}

export class IllegalTransition extends Error {
  constructor(public readonly from: UploadStatus, public readonly to: UploadStatus) {
    super(`an upload cannot go from ${from} to ${to}`);
    this.name = 'IllegalTransition';
  }
}

/**
 * Takes one step in the life of an upload. A repeated step changes nothing, an illegal one throws; a terminal state takes
 * the deadline away, and leaving FAILED takes the old error away.
 */
export function transition(upload: Upload, to: UploadStatus, at: string, deadline: string | null = upload.deadline): Upload {
  if (upload.status === to) return upload;
  if (!canTransition(upload.status, to)) throw new IllegalTransition(upload.status, to);
  return {
    ...upload,
    status: to,
    error: to === 'UPLOADED' ? null : upload.error,
    history: [...upload.history, { status: to, at }],
    updatedAt: at,
    uploadedAt: upload.uploadedAt ?? (to === 'UPLOADED' ? at : null),
    deadline: isTerminal(to) ? null : deadline,
  };
}
