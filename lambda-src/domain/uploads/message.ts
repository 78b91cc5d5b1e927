import { INGEST_JOB, SWEEP_JOB } from '../../../src/private/contract';

/** A file that arrived in the bucket. */
export interface ArrivedFile {
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly arrivedAt: string;
  /** Names the bytes that arrived, without quotes; undefined when the message does not say. */
  readonly etag?: string;
}

/** What a message on the ingest queue asks for. */
export type Message =
  | { readonly kind: 'files'; readonly files: readonly ArrivedFile[] }
  /** All files of an upload are there. */
  | { readonly kind: 'ingest'; readonly uploadId: string; readonly tenantId: string }
  | { readonly kind: 'sweep' }
  /** S3 tries the queue when the notification is set. */
  | { readonly kind: 'test' };

/** S3's own notification, S3's event through EventBridge, or a job of ours. Throws on anything else: it belongs in the DLQ. */
export function parseMessage(body: string): Message {
  const message = parseJson(body);
  if (!isRecord(message)) throw new Error('the message is not a JSON object');
  if (message.Event === 's3:TestEvent') return { kind: 'test' };
  if (message.job === SWEEP_JOB) return { kind: 'sweep' };
  if (message.job === INGEST_JOB) return { kind: 'ingest', uploadId: textAt(message, 'uploadId'), tenantId: textAt(message, 'tenantId') };
  if (Array.isArray(message.Records)) return { kind: 'files', files: message.Records.map(fromNotification) };
  if (message.source === 'aws.s3') return { kind: 'files', files: [fromEventBridge(message)] };
  throw new Error('the message is neither an event of S3 nor a job');
}

/** The parser's own error would quote the message, which names files, and errors are logged. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error('the message is not JSON');
  }
}

function fromNotification(record: unknown): ArrivedFile {
  const key = textAt(record, 's3', 'object', 'key');
  // S3 encodes keys in notifications as forms do: '+' is a space. Through EventBridge they come as they are.
  return {
    key: decodeURIComponent(key.replaceAll('+', ' ')),
    arrivedAt: isoTime(textAt(record, 'eventTime')),
    etag: optionalTextAt(record, 's3', 'object', 'eTag'),
  };
}

function fromEventBridge(event: Record<string, unknown>): ArrivedFile {
  return {
    key: textAt(event, 'detail', 'object', 'key'),
    arrivedAt: isoTime(textAt(event, 'time')),
    etag: optionalTextAt(event, 'detail', 'object', 'etag'),
  };
}

function isoTime(text: string): string {
  return new Date(text).toISOString();
}

function textAt(value: unknown, ...path: string[]): string {
  const found = optionalTextAt(value, ...path);
  if (found === undefined) throw new Error(`the message has no text at ${path.join('.')}`);
  return found;
}

function optionalTextAt(value: unknown, ...path: string[]): string | undefined {
  const found = path.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
  return typeof found === 'string' ? found : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
