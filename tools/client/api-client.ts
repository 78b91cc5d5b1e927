import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, UploadNotFinishedError } from './errors';
import { sendFile, type SendFileOptions } from './send-file';
import { signedFetch, type SigningOptions } from './signed-fetch';
import {
  TERMINAL_STATUSES,
  type ApiRecord,
  type ListQuery,
  type Page,
  type Problem,
  type StartedUpload,
  type StartUploadRequest,
  type Upload,
  type UploadTarget,
} from './types';

const FIRST_POLL_MILLISECONDS = 200;
const LONGEST_POLL_MILLISECONDS = 2_000;

export interface WaitOptions {
  /** @default 120000 */
  readonly deadlineMilliseconds?: number;
  /** Called with every state that is read. */
  readonly onState?: (upload: Upload) => void;
}

export interface RequestOptions {
  readonly query?: ListQuery;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Client of a pipeline's HTTP API. Signs every request with the caller's AWS credentials, or sends the headers that were given. */
export class ApiClient {
  private readonly fetch: ReturnType<typeof signedFetch>;

  constructor(readonly baseUrl: string, signing: SigningOptions = {}) {
    this.fetch = signedFetch(signing);
  }

  async startUpload(request: StartUploadRequest, options: { readonly idempotencyKey?: string } = {}): Promise<StartedUpload> {
    const headers = options.idempotencyKey ? { 'idempotency-key': options.idempotencyKey } : undefined;
    return this.call('POST', '/uploads', { body: request, headers });
  }

  async sendFile(target: UploadTarget, path: string, options?: SendFileOptions): Promise<void> {
    await sendFile(target, path, options);
  }

  async getUpload(uploadId: string): Promise<Upload> {
    return this.call('GET', `/uploads/${encodeURIComponent(uploadId)}`);
  }

  async listUploads(query?: ListQuery): Promise<Page<Upload>> {
    return this.call('GET', '/uploads', { query });
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
    if (response.ok) return json as T;
    const problem: Problem = isObject(json) ? json : { detail: text.slice(0, 500) };
    throw new ApiError(response.status, problem.code ?? 'UNKNOWN', problem, `${method} ${path}`);
  }

  /** Any route, with the bare response: for status codes, headers and bodies that are not JSON. */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const headers = { ...(options.body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers };
    const body = options.body === undefined || typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
    return this.fetch({ method, url: this.url(path, options.query), headers, body });
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
