import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, UploadNotFinishedError } from './errors';
import { sendFile, type SendFileOptions } from './send-file';
import { sendParts } from './send-parts';
import { signedFetch, type SigningOptions } from './signed-fetch';
import {
  TERMINAL_STATUSES,
  type ApiRecord,
  type InlineRequest,
  type Link,
  type ListQuery,
  type Page,
  type Problem,
  type SignedPart,
  type StartedFile,
  type StartedUpload,
  type StartUploadRequest,
  type Upload,
  type UploadParts,
  type UploadState,
  type UploadTarget,
} from './types';

const FIRST_POLL_MILLISECONDS = 50;
const LONGEST_POLL_MILLISECONDS = 2_000;

export interface WaitOptions {
  /** @default 120000 */
  readonly deadlineMilliseconds?: number;
  /** Called with every state that is read. */
  readonly onState?: (upload: Upload) => void;
}

export interface RequestOptions {
  readonly query?: ListQuery;
  /** Texts and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RepeatOptions {
  /** Requests with the same key are one. */
  readonly idempotencyKey?: string;
}

export interface OneOfFiles {
  /** Name of the file, of several. */
  readonly file?: string;
}

/** Client of a pipeline's HTTP API. Signs every request with the caller's AWS credentials, or sends the headers that were given. */
export class ApiClient {
  private readonly fetch: ReturnType<typeof signedFetch>;

  constructor(readonly baseUrl: string, signing: SigningOptions = {}) {
    this.fetch = signedFetch(signing);
  }

  async startUpload(request: StartUploadRequest, options?: RepeatOptions): Promise<StartedUpload> {
    return this.call('POST', '/uploads', { body: request, headers: repeatHeaders(options) });
  }

  /** Sends a small file with the request itself: bytes as they are, or base64 in JSON. */
  async uploadInline({ content, ...request }: InlineRequest, options?: RepeatOptions): Promise<UploadState> {
    const headers = repeatHeaders(options);
    return this.call('POST', '/uploads/inline', typeof content === 'string'
      ? { body: { ...request, content }, headers }
      : { body: content, headers: { ...headers, 'content-type': request.contentType }, query: { fileName: request.fileName, ...(request.dryRun ? { dryRun: 'true' } : {}) } });
  }

  /** A URL under which whoever has it may upload on behalf of the caller. */
  async startSession(request: { readonly expiresIn?: number } = {}): Promise<Link> {
    return this.call('POST', '/uploads/sessions', { body: request });
  }

  async sendFile(target: UploadTarget, path: string, options?: SendFileOptions): Promise<void> {
    await sendFile(target, path, options);
  }

  /**
   * Sends the files of an upload as its start says, and completes it if it has parts; called again, it goes on where it stopped.
   * @param paths of the only file, or of all files by their names
   */
  async sendFiles(started: StartedUpload, paths: string | Readonly<Record<string, string>>, options?: SendFileOptions): Promise<void> {
    const files: ReadonlyArray<StartedFile & { readonly name?: string }> = started.files ?? [started];
    for (const { name, upload, multipart } of files) {
      const path = typeof paths === 'string' ? paths : paths[name ?? Object.keys(paths)[0]];
      if (upload) await this.sendFile(upload, path, options);
      if (multipart) await this.sendInParts(started.uploadId, path, { ...options, file: name });
    }
    if (files.some(({ multipart }) => multipart)) await this.completeUpload(started.uploadId);
  }

  /** Sends what S3 does not have of a file yet; the upload is completed afterwards with `completeUpload`. */
  async sendInParts(uploadId: string, path: string, { file, ...options }: SendFileOptions & OneOfFiles = {}): Promise<void> {
    await sendParts({
      list: () => this.listParts(uploadId, file),
      sign: async (partNumbers) => this.signParts(uploadId, { file, partNumbers }),
    }, path, options);
  }

  async signParts(uploadId: string, request: OneOfFiles & { readonly partNumbers: readonly number[] }): Promise<readonly SignedPart[]> {
    const { parts } = await this.call<{ readonly parts: readonly SignedPart[] }>('POST', `${uploadPath(uploadId)}/parts`, { body: request });
    return parts;
  }

  /** What S3 has of a file, and what is missing. */
  async listParts(uploadId: string, file?: string): Promise<UploadParts> {
    return this.call('GET', `${uploadPath(uploadId)}/parts`, { query: { file } });
  }

  async completeUpload(uploadId: string, options?: RepeatOptions): Promise<UploadState> {
    return this.call('POST', `${uploadPath(uploadId)}/complete`, { body: {}, headers: repeatHeaders(options) });
  }

  async abortUpload(uploadId: string): Promise<void> {
    await this.call('DELETE', uploadPath(uploadId));
  }

  async reprocessUpload(uploadId: string): Promise<UploadState> {
    return this.call('POST', `${uploadPath(uploadId)}/reprocess`);
  }

  async getUpload(uploadId: string): Promise<Upload> {
    return this.call('GET', uploadPath(uploadId));
  }

  async listUploads(query?: ListQuery): Promise<Page<Upload>> {
    return this.call('GET', '/uploads', { query });
  }

  /** Where the rejected rows are. */
  async getRejects(uploadId: string, file?: string): Promise<Link> {
    return this.call('GET', `${uploadPath(uploadId)}/rejects`, { query: { file } });
  }

  async listRecords(query?: ListQuery): Promise<Page<ApiRecord>> {
    return this.call('GET', '/records', { query });
  }

  async getRecords(partitionKey: string, query?: ListQuery): Promise<Page<ApiRecord>> {
    return this.call('GET', `/records/${encodeURIComponent(partitionKey)}`, { query });
  }

  async getRecord(partitionKey: string, sortKey: string): Promise<ApiRecord> {
    return this.call('GET', `/records/${encodeURIComponent(partitionKey)}/${encodeURIComponent(sortKey)}`);
  }

  async health(): Promise<Readonly<Record<string, unknown>>> {
    return this.call('GET', '/health');
  }

  async openApi(): Promise<Readonly<Record<string, unknown>>> {
    return this.call('GET', '/openapi.json');
  }

  /** Polls, less and less often, until the upload will not change any more. Every terminal status is a result, FAILED too. */
  async waitForUpload(uploadId: string, options: WaitOptions = {}): Promise<Upload> {
    const allowed = options.deadlineMilliseconds ?? 120_000;
    const deadline = Date.now() + allowed;
    for (let pause = FIRST_POLL_MILLISECONDS; ; pause = Math.min(pause * 1.5, LONGEST_POLL_MILLISECONDS)) {
      const upload = await this.getUpload(uploadId);
      options.onState?.(upload);
      if (TERMINAL_STATUSES.has(upload.status)) return upload;
      if (Date.now() + pause > deadline) throw new UploadNotFinishedError(upload, allowed);
      await delay(pause);
    }
  }

  /** Any route, for what has no method of its own. Throws `ApiError` unless the answer is a success. */
  async call<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.send(method, path, options);
    const text = await response.text();
    const json = parseJson(text);
    // An answer that leads elsewhere says so in its body, too.
    if (response.ok || response.status === 303) return json as T;
    const problem: Problem = isObject(json) ? json : { detail: text.slice(0, 500) };
    throw new ApiError(response.status, problem.code ?? 'UNKNOWN', problem, `${method} ${path}`);
  }

  /** Any route, with the bare response: for status codes, headers and bodies that are not JSON. */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const headers = { ...(options.body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers };
    return this.fetch({ method, url: this.url(path, options.query), headers, body: bodyOf(options.body) });
  }

  url(path: string, query: ListQuery = {}): URL {
    const url = new URL(this.baseUrl.replace(/\/$/, '') + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    // A space as %20: signatures are computed over that, and URLSearchParams writes a plus.
    url.search = url.search.replace(/\+/g, '%20');
    return url;
  }
}

function uploadPath(uploadId: string): string {
  return `/uploads/${encodeURIComponent(uploadId)}`;
}

function repeatHeaders({ idempotencyKey }: RepeatOptions = {}): Readonly<Record<string, string>> {
  return idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
}

function bodyOf(body: unknown): string | Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined || typeof body === 'string') return body;
  return body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null;
}
