import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { SendFileOptions } from './send-file';
import { sendRequest } from './send-request';
import type { SignedPart, UploadParts } from './types';

/** How many parts are sent at a time. */
const AT_ONCE = 4;
/** How many are signed at a time: few enough that no URL expires before its turn. */
const BATCH = 40;

/** The parts of one file, as the API knows them. */
export interface PartsOfFile {
  list(): Promise<UploadParts>;
  sign(partNumbers: readonly number[]): Promise<readonly SignedPart[]>;
}

/**
 * Sends what S3 does not have of a file yet, whoever sent the rest; called again after a failure, it goes on where it stopped.
 * A part that fails is sent again as long as others arrive.
 */
export async function sendParts(parts: PartsOfFile, path: string, options: SendFileOptions = {}): Promise<void> {
  const { size } = await stat(path);
  for (;;) {
    const { partSize, missing, uploaded } = await parts.list();
    if (missing.length === 0) return;
    if (partSize === null) throw new Error('The upload has no part size: whoever started it decides how it is cut');
    const sent = uploaded.reduce((sum, part) => sum + part.size, 0);
    await sendBatch(await parts.sign(missing.slice(0, BATCH)), { path, size, partSize, sent, options });
  }
}

interface Batch {
  readonly path: string;
  readonly size: number;
  readonly partSize: number;
  /** Bytes that S3 had before. */
  readonly sent: number;
  readonly options: SendFileOptions;
}

/** Throws if not a single part arrives. */
async function sendBatch(signed: readonly SignedPart[], { path, size, partSize, sent, options }: Batch): Promise<void> {
  const queue = [...signed];
  const errors: unknown[] = [];
  let arrived = sent;
  const sendNext = async (): Promise<void> => {
    for (let part = queue.shift(); part; part = queue.shift()) {
      const start = (part.partNumber - 1) * partSize;
      const end = Math.min(start + partSize, size);
      try {
        await sendRequest({
          method: 'PUT',
          url: part.url,
          headers: { 'content-length': end - start },
          body: createReadStream(path, { start, end: end - 1 }),
          signal: options.signal,
        });
        arrived += end - start;
        options.onProgress?.(arrived, size);
      } catch (error) {
        options.signal?.throwIfAborted();
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendNext));
  if (errors.length === signed.length) throw errors[0];
}
