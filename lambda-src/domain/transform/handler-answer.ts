import { MAX_HANDLER_STATE_BYTES, MAX_RESULT_BYTES, MAX_STAGE_LENGTH } from '../../../src/private/contract';
import { NumberForm } from '../columns/json-columns';
import { isJsonObject, parseExactly } from '../records/exact-json';
import { UploadFailure } from '../rejects/upload-failure';

/** A record as the user's function gives it: texts by column. */
export type HandlerRecord = ReadonlyMap<string, string>;

/** What the user's function answers. */
export type HandlerAnswer =
  | { readonly kind: 'stage'; readonly stage: string; readonly state: unknown; readonly progress: HandlerProgress }
  | { readonly kind: 'result'; readonly result: unknown; readonly records: readonly HandlerRecord[] | null }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

/** undefined: as before. */
export interface HandlerProgress {
  readonly bytes?: number;
  readonly totalBytes?: number;
}

/** What the columns of records make of values, by name. */
export interface ColumnForms {
  /** Whether a string is left the JSON that it is. */
  readonly staysJson: (name: string) => boolean;
  readonly numberForm: (name: string) => NumberForm | undefined;
}

const AS_THEY_ARE: ColumnForms = { staysJson: () => false, numberForm: () => undefined };

const KINDS = ['stage', 'result', 'error'] as const;
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Reads an answer. Throws UploadFailure for one that is none: the function would give it again. */
export function parseAnswer(payload: string, forms: ColumnForms = AS_THEY_ARE): HandlerAnswer {
  const answer = parse(payload);
  if (!isJsonObject(answer)) throw invalid('must be an object', answer);
  const given = KINDS.filter((kind) => Object.hasOwn(answer, kind));
  if (given.length !== 1) throw invalid("must have exactly one of 'stage', 'result' and 'error'", Object.keys(answer));
  switch (given[0]) {
    case 'stage': return parseStage(answer);
    case 'error': return parseError(answer.error);
    case 'result': return parseResult(answer, payload, forms);
  }
}

function parseStage({ stage, state = null, progress = {} }: Record<string, unknown>): HandlerAnswer {
  if (typeof stage !== 'string' || stage === '' || stage.length > MAX_STAGE_LENGTH) {
    throw invalid(`must name a 'stage' of 1 to ${MAX_STAGE_LENGTH} characters`, stage);
  }
  const bytes = Buffer.byteLength(JSON.stringify(state));
  if (bytes > MAX_HANDLER_STATE_BYTES) {
    throw new UploadFailure('RESULT_TOO_LARGE', `the function's 'state' must have at most ${MAX_HANDLER_STATE_BYTES} bytes of JSON, got ${bytes}`);
  }
  return { kind: 'stage', stage, state, progress: parseProgress(progress) };
}

function parseProgress(progress: unknown): HandlerProgress {
  const isCount = (value: unknown): value is number | undefined => (
    value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0)
  );
  if (!isJsonObject(progress) || !isCount(progress.bytes) || !isCount(progress.totalBytes)) {
    throw invalid("must have whole numbers as 'bytes' and 'totalBytes' of its 'progress'", progress);
  }
  return { bytes: progress.bytes, totalBytes: progress.totalBytes };
}

function parseError(error: unknown): HandlerAnswer {
  if (!isJsonObject(error) || typeof error.code !== 'string' || !CODE.test(error.code) || typeof error.message !== 'string') {
    throw invalid("must have an 'error' with a 'code' such as 'NO_SPEECH' and a 'message'", error);
  }
  return { kind: 'error', code: error.code, message: error.message };
}

function parseResult({ result, records = null }: Record<string, unknown>, payload: string, forms: ColumnForms): HandlerAnswer {
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes > MAX_RESULT_BYTES) {
    throw new UploadFailure('RESULT_TOO_LARGE', `the function's 'result' must have at most ${MAX_RESULT_BYTES} bytes of JSON, got ${bytes}`);
  }
  if (records === null) return { kind: 'result', result, records };
  if (!Array.isArray(records) || !records.every(isJsonObject)) throw invalid("must have a list of objects as 'records'", records);
  const exact = parse(payload, parseExactly) as { records: Record<string, unknown>[] };
  return { kind: 'result', result, records: exact.records.map((record) => toTexts(record, forms)) };
}

/** Values as a file would have them. What no column can be is kept as JSON. */
function toTexts(record: Record<string, unknown>, forms: ColumnForms): HandlerRecord {
  return new Map(Object.entries(record).map(([name, value]) => [name, textOf(value, name, forms)]));
}

function textOf(value: unknown, name: string, { staysJson, numberForm }: ColumnForms): string {
  if (value === null) return '';
  if (typeof value === 'string' && !staysJson(name)) return value;
  const json = JSON.stringify(value);
  return isNumber(json) ? numberForm(name)?.(json) ?? json : json;
}

function isNumber(json: string): boolean {
  return /^[-\d]/.test(json);
}

function parse(text: string, parser: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parser(text);
  } catch {
    throw invalid('must be JSON', text);
  }
}

const SHOWN_CHARACTERS = 100;

function invalid(rule: string, got: unknown): UploadFailure {
  const shown = [...(JSON.stringify(got) ?? 'nothing')];
  const text = shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS).join('')}…` : shown.join('');
  return new UploadFailure('INVALID_RESULT', `the function's answer ${rule}, got ${text}`);
}
