import { isUtf8 } from 'node:buffer';
import { EncodingModel } from '../../../src/private/contract';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { Anchor } from '../../domain/uploads/checkpoint';

/** What a file may begin with to tell its encoding. */
const BYTE_ORDER_MARKS: readonly (readonly [EncodingModel, Buffer])[] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

/** How many of a file's first bytes tell its encoding. */
export const BYTE_ORDER_MARK_BYTES = 3;

/** A byte order mark counts for more than what was declared, as the WHATWG has it: it can hardly be there by chance. */
export function encodingOf(head: Buffer, declared: EncodingModel | null): EncodingModel {
  return BYTE_ORDER_MARKS.find(([, mark]) => head.subarray(0, mark.length).equals(mark))?.[0] ?? declared ?? 'utf-8';
}

const START: Anchor = { offset: 0, byte: 0 };

/**
 * The text in UTF-8, a byte order mark included. Throws UploadFailure for bytes that are no text, which decoders replace without a word;
 * what is before them has come by then, wherever the chunks are cut.
 * @param start where the first chunk is
 * @param onAnchor told of places, before the text that follows them comes
 */
export function decode(
  chunks: AsyncIterable<Buffer>, encoding: EncodingModel, start = START, onAnchor: (anchor: Anchor) => void = () => undefined,
): AsyncIterable<Buffer> {
  return encoding === 'utf-8' ? checkUtf8(chunks, start.offset) : transcode(chunks, encoding, start, onAnchor);
}

/** The chunks as they are; they may end inside a character. */
async function* checkUtf8(chunks: AsyncIterable<Buffer>, offset: number): AsyncGenerator<Buffer> {
  /** The beginning of a character that the last chunk ended in. */
  let open: Buffer = Buffer.alloc(0);
  let position = offset;
  for await (const chunk of chunks) {
    const nul = chunk.indexOf(0);
    const bytes = joined(open, nul < 0 ? chunk : chunk.subarray(0, nul));
    const whole = bytes.length - (nul < 0 ? openBytes(bytes) : 0);
    const good = isUtf8(bytes.subarray(0, whole)) ? whole : goodUtf8(bytes);
    if (good < whole || nul >= 0) {
      if (good > open.length) yield chunk.subarray(0, good - open.length);
      throw good < whole ? notText('utf-8', bytes.subarray(good, good + 1), position - open.length + good) : holdsNul('utf-8');
    }
    open = bytes.subarray(whole);
    position += chunk.length;
    yield chunk;
  }
  if (open.length > 0) throw notText('utf-8', open.subarray(0, 1), position - open.length);
}

function joined(open: Buffer, chunk: Buffer): Buffer {
  return open.length === 0 ? chunk : Buffer.concat([open, chunk]);
}

/** Bytes of the character that begins with this one; 1, if none does. */
function characterBytes(first: number): number {
  if (first >= 0xf0 && first < 0xf8) return 4;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xc0 && first < 0xe0 ? 2 : 1;
}

/** How many bytes at the end begin a character that goes on behind it. */
function openBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte >= 0xc0) return characterBytes(byte) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function goodUtf8(bytes: Buffer): number {
  let at = 0;
  const next = () => at + characterBytes(bytes[at]);
  while (next() <= bytes.length && isUtf8(bytes.subarray(at, next()))) at = next();
  return at;
}

function notText(encoding: EncodingModel, bytes: Buffer, position: number): UploadFailure {
  const value = bytes.toString('hex').toUpperCase();
  return new UploadFailure('INVALID_ENCODING', `the file must be ${NAMES[encoding]} text, but byte ${position} (0x${value}) is no part of it`);
}

async function* transcode(
  chunks: AsyncIterable<Buffer>, encoding: EncodingModel, start: Anchor, onAnchor: (anchor: Anchor) => void,
): AsyncGenerator<Buffer> {
  // `latin1` is what the WHATWG calls so: windows-1252, in which the euro sign has a place.
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  let { offset, byte } = start;
  const goodText = (bytes: Buffer): readonly [Buffer, number] => {
    try {
      return [Buffer.from(decoder.decode(bytes)), bytes.length];
    } catch {
      const good = goodUtf16(bytes, encoding);
      return [Buffer.from(decoder.decode(bytes.subarray(0, good))), good];
    }
  };
  /** The beginning of a character that the last chunk ended in. */
  let open: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = joined(open, chunk);
    const whole = encoding === 'latin1' ? bytes.length : wholeUnits(bytes, encoding);
    const [text, good] = goodText(bytes.subarray(0, whole));
    const nul = text.indexOf(0);
    onAnchor({ offset, byte });
    if (nul !== 0 && text.length > 0) yield nul < 0 ? text : text.subarray(0, nul);
    if (nul >= 0) throw holdsNul(encoding);
    if (good < whole) throw notText(encoding, bytes.subarray(good, good + 2), byte + good);
    open = bytes.subarray(whole);
    offset += text.length;
    byte += whole;
  }
  if (open.length > 0) throw notText(encoding, open, byte);
}

/** How many of these bytes of UTF-16 are before half a character, which is none. */
function goodUtf16(bytes: Buffer, encoding: EncodingModel): number {
  const units = Buffer.from(bytes);
  if (encoding === 'utf-16be') units.swap16();
  let characters = 0;
  for (const character of units.toString('utf16le')) {
    if (!character.isWellFormed()) break;
    characters += character.length;
  }
  return 2 * characters;
}

/** How many of these bytes of UTF-16 are whole characters. */
function wholeUnits(bytes: Buffer, encoding: EncodingModel): number {
  const even = bytes.length - bytes.length % 2;
  if (even === 0) return 0;
  const high = bytes[encoding === 'utf-16le' ? even - 1 : even - 2];
  return high >= 0xd8 && high < 0xdc ? even - 2 : even;
}

const NAMES: Readonly<Record<EncodingModel, string>> = {
  'utf-8': 'UTF-8', 'utf-16le': 'UTF-16LE', 'utf-16be': 'UTF-16BE', 'latin1': 'Latin-1',
};

/** In no file is it a part of the text. */
export function holdsNul(encoding: EncodingModel): UploadFailure {
  const suspicion = encoding === 'utf-8' ? 'it is binary, or UTF-16 without a byte order mark' : 'it is binary, or in another encoding';
  return new UploadFailure('NOT_A_TEXT_FILE', `the file must be ${NAMES[encoding]} text, but it holds a NUL byte: ${suspicion}`);
}
