import { UploadFailure } from './upload-failure';

export interface TextCheck {
  /** Throws UploadFailure when the bytes so far are no UTF-8 text. Chunks may end inside a character. */
  push(chunk: Uint8Array): void;
  end(): void;
}

/** Parsers replace what they cannot decode without a word; this one refuses it. */
export function createTextCheck(): TextCheck {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  const decode = (chunk: Uint8Array | undefined): void => {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new UploadFailure('INVALID_ENCODING',
        `the file must be UTF-8 text; between bytes ${bytes} and ${bytes + (chunk?.length ?? 0)} it is not`);
    }
  };
  return {
    push(chunk) {
      if (chunk.includes(0)) {
        throw new UploadFailure('NOT_A_TEXT_FILE', 'the file must be UTF-8 text, but it holds a NUL byte: it is binary, or UTF-16');
      }
      decode(chunk);
      bytes += chunk.length;
    },
    end: () => decode(undefined),
  };
}
