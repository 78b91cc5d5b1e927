import { CsvModel } from '../../../src/private/contract';

/** What must be known of a file before it can be read. Every character of it is one UTF-16 code unit. */
export type CsvDialect = CsvModel & { readonly delimiter: string };

export const LF = 0x0a;
export const CR = 0x0d;

/** What a code unit is to the scanner. */
export const Kind = {
  PLAIN: 0,
  /** Of a character that is not ASCII, and so takes more than a byte. */
  WIDE: 1,
  DELIMITER: 2,
  QUOTE: 3,
  /** Only where it is another character than the quote. */
  ESCAPE: 4,
  LINE_END: 5,
} as const;

/** A dialect as the scanner looks it up: kinds by code unit, outside quotes and inside. */
export class DialectTables {
  readonly outside = plainKinds();
  readonly inside = plainKinds();
  /** -1: none. */
  readonly comment: number;
  readonly escapesWithQuote: boolean;
  /** By kind: bytes of the character. */
  readonly bytes: readonly number[];
  private readonly escaped: RegExp;
  private readonly single: string;
  private readonly doubled: string;

  constructor({ delimiter, quote, escape, comment }: CsvDialect) {
    this.outside[codeOf(delimiter)] = Kind.DELIMITER;
    if (quote !== null) {
      this.outside[codeOf(quote)] = Kind.QUOTE;
      this.inside[codeOf(escape)] = Kind.ESCAPE;
      this.inside[codeOf(quote)] = Kind.QUOTE;
    }
    this.comment = comment === null ? -1 : codeOf(comment);
    this.escapesWithQuote = escape === quote;
    this.bytes = ['', '', delimiter, quote ?? '', escape].map((character) => Buffer.byteLength(character));
    this.single = escape;
    this.doubled = escape + escape;
    this.escaped = new RegExp(`\\u${codeOf(escape).toString(16).padStart(4, '0')}([^])`, 'g');
  }

  /** The text of a quoted field without the characters that protect others in it. */
  unescape(text: string): string {
    return this.escapesWithQuote ? text.replaceAll(this.doubled, this.single) : text.replace(this.escaped, '$1');
  }
}

/** Bytes that a code unit takes in UTF-8 beside its first; surrogates share their four. */
export function extraBytes(code: number): number {
  if (code < 0x80) return 0;
  return code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
}

function plainKinds(): Uint8Array {
  const kinds = new Uint8Array(0x10000).fill(Kind.WIDE, 0x80);
  kinds[LF] = Kind.LINE_END;
  kinds[CR] = Kind.LINE_END;
  return kinds;
}

function codeOf(character: string): number {
  if (character.length !== 1) throw new RangeError(`${JSON.stringify(character)} is not one character of 16 bits`);
  return character.charCodeAt(0);
}
