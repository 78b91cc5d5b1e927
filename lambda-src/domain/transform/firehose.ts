import { isJsonObject, parseExactly } from '../records/exact-json';
import { UploadFailure } from '../rejects/upload-failure';
import { resultOf, RowResult, TransformFault } from './transform-result';

/**
 * What a function gets that transforms records of a stream of Amazon Data Firehose (Developer Guide, "Transform source data"), so that
 * one that was written for it, or with a library for it, can transform rows.
 */
export interface FirehoseEvent {
  readonly invocationId: string;
  readonly deliveryStreamArn: string;
  readonly region: string;
  readonly records: readonly FirehoseRecord[];
}

export interface FirehoseRecord {
  readonly recordId: string;
  /** In milliseconds since 1970. */
  readonly approximateArrivalTimestamp: number;
  /** Base64. */
  readonly data: string;
}

const RESULTS = ['Ok', 'Dropped', 'ProcessingFailed'] as const;

interface Answered {
  readonly recordId: string;
  readonly result: typeof RESULTS[number];
  readonly data?: unknown;
}

export function base64Json(object: object): string {
  return Buffer.from(JSON.stringify(object)).toString('base64');
}

/**
 * What a function has made of each record, in the order of the ids that it was asked for. Throws UploadFailure for an answer that is
 * none: the function would give it again.
 */
export function parseFirehoseAnswer(payload: string, recordIds: readonly string[]): RowResult[] {
  const byId = new Map<string, Answered>();
  const asked = new Set(recordIds);
  for (const record of recordsIn(payload)) {
    const answered = checked(record);
    if (!asked.has(answered.recordId)) throw invalid(`must have the 'recordId's that it was given, got ${short(answered.recordId)}`);
    if (byId.has(answered.recordId)) throw invalid(`must have every 'recordId' once, got ${short(answered.recordId)} again`);
    byId.set(answered.recordId, answered);
  }
  const missing = recordIds.find((recordId) => !byId.has(recordId));
  if (missing !== undefined) throw invalid(`must have every 'recordId' that it was given, and ${short(missing)} is missing`);
  return recordIds.map((recordId) => resultFrom(byId.get(recordId)!));
}

function recordsIn(payload: string): readonly unknown[] {
  let answer: unknown;
  try {
    answer = JSON.parse(payload);
  } catch {
    throw invalid('must be JSON');
  }
  if (!isJsonObject(answer) || !Array.isArray(answer.records)) throw invalid("must have a list of 'records'");
  return answer.records;
}

function checked(record: unknown): Answered {
  if (!isJsonObject(record) || typeof record.recordId !== 'string') throw invalid("must have a 'recordId' in each of its records");
  const { recordId, result, data } = record;
  const known = RESULTS.find((one) => one === result);
  if (known === undefined) throw invalid(`must have one of ${RESULTS.join(', ')} as the 'result' of ${short(recordId)}`);
  return { recordId, result: known, data };
}

function resultFrom({ result, data }: Answered): RowResult {
  switch (result) {
    case 'Dropped': return null;
    case 'ProcessingFailed': return new TransformFault('TRANSFORM_FAILED', 'the transform says that it failed with the row');
    case 'Ok': return objectIn(data);
  }
}

const NO_OBJECT = new TransformFault('INVALID_TRANSFORM', "the transform must give 'data' that is the base64 of a JSON object");

function objectIn(data: unknown): RowResult {
  if (typeof data !== 'string') return NO_OBJECT;
  try {
    const value = parseExactly(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data, 'base64')));
    return isJsonObject(value) ? resultOf(value) : NO_OBJECT;
  } catch {
    return NO_OBJECT;
  }
}

function short(id: string): string {
  return `'${id.slice(0, 50)}'`;
}

function invalid(rule: string): UploadFailure {
  return new UploadFailure('INVALID_TRANSFORM', `the answer of the function that transforms rows ${rule}`);
}
