import { quote, RejectCode } from '../../domain/rejects/reject';
import { RowTexts } from '../../domain/transform/transform-result';

/** Why a text is no object with members that can be told apart. */
export class JsonProblem extends Error {
  /** @param isSyntax whether the text is no JSON at all */
  constructor(public readonly code: RejectCode, message: string, public readonly isSyntax = false) {
    super(message);
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS = [['null', ''], ['true', 'true'], ['false', 'false']] as const;
const BLANKS_OUTSIDE_STRINGS = /("(?:[^"\\]|\\.)*")|\s+/g;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;

/**
 * The members of an object in its order, as texts that a table would have. Reads it as JSON.parse would (RFC 8259), but keeps the
 * digits of its numbers, of which a double has 17, leaves lists and objects inside it the JSON they are, and sees a name that occurs
 * twice. Throws JsonProblem.
 *
 * @param staysJson whether a string is left the JSON that it is, too, by the name of its member
 */
export function readMembers(text: string, staysJson: (name: string) => boolean = () => false): RowTexts {
  return new MemberReader(text, staysJson).read();
}

class MemberReader {
  private at = 0;
  private half: JsonProblem | undefined;
  private numbers: number[] | undefined;

  constructor(private readonly text: string, private readonly staysJson: (name: string) => boolean) {}

  public read(): RowTexts {
    const names: string[] = [];
    const texts: string[] = [];
    if (this.next() !== OPENING_BRACE) throw this.noObject();
    this.at++;
    if (this.next() === CLOSING_BRACE) this.at++;
    else this.readAll(names, texts);
    if (!Number.isNaN(this.next())) throw this.unexpected();
    if (this.half) throw this.half;
    return { names, texts, numbers: this.numbers };
  }

  private readAll(names: string[], texts: string[]): void {
    for (;;) {
      if (this.next() !== QUOTE) throw this.unexpected();
      const name = this.string();
      names.push(name);
      if (this.next() !== COLON) throw this.unexpected();
      this.at++;
      const first = this.next();
      if (first <= NINE && (first === MINUS || first >= ZERO)) (this.numbers ??= []).push(texts.length);
      texts.push(this.value(first, name));
      const after = this.next();
      if (after !== COMMA && after !== CLOSING_BRACE) throw this.unexpected();
      this.at++;
      if (after === CLOSING_BRACE) return;
    }
  }

  /** The next character that is not blank; NaN at the end. */
  private next(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.at++;
    }
  }

  private value(first: number, name: string): string {
    if (first === QUOTE) return this.stringOf(name);
    if (first === OPENING_BRACE || first === OPENING_BRACKET) return this.nested();
    NUMBER.lastIndex = this.at;
    if (NUMBER.test(this.text)) {
      const number = this.text.slice(this.at, NUMBER.lastIndex);
      this.at = NUMBER.lastIndex;
      return number;
    }
    const literal = LITERALS.find(([word]) => this.text.startsWith(word, this.at));
    if (!literal) throw this.unexpected();
    this.at += literal[0].length;
    return literal[1];
  }

  private stringOf(name: string): string {
    const start = this.at;
    const string = this.string();
    return this.staysJson(name) ? this.text.slice(start, this.at) : string;
  }

  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    let hasEscapes = false;
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return hasEscapes ? this.unescaped(start - 1) : text.slice(start, at);
      }
      if (code === BACKSLASH) {
        hasEscapes = true;
        at++;
      } else if (!(code >= 0x20)) {
        this.at = at;
        throw this.unexpected();
      }
    }
  }

  private unescaped(start: number): string {
    const string = this.parsed(start) as string;
    // Only JSON's escapes can say it; DynamoDB would store something else.
    if (!string.isWellFormed()) this.half ??= new JsonProblem('MALFORMED_JSON', `the row has half a character in the text at character ${start + 1}`);
    return string;
  }

  /** A list or an object, without the blanks. */
  private nested(): string {
    const { text } = this;
    const start = this.at;
    let depth = 0;
    let hasBlanks = false;
    do {
      const code = text.charCodeAt(this.at);
      if (code === QUOTE) {
        this.skipString();
        continue;
      }
      if (Number.isNaN(code)) throw this.unexpected();
      if (code === OPENING_BRACE || code === OPENING_BRACKET) depth++;
      else if (code === CLOSING_BRACE || code === 0x5d) depth--;
      else if (code <= 0x20) hasBlanks = true;
      this.at++;
    } while (depth > 0);
    this.parsed(start);
    const json = text.slice(start, this.at);
    return hasBlanks ? json.replace(BLANKS_OUTSIDE_STRINGS, '$1') : json;
  }

  private skipString(): void {
    const { text } = this;
    let at = this.at + 1;
    for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(at)) {
      if (Number.isNaN(code)) break;
      at += code === BACKSLASH ? 2 : 1;
    }
    this.at = at + 1;
  }

  /** What is between `start` and here, which must be JSON. */
  private parsed(start: number): unknown {
    try {
      return JSON.parse(this.text.slice(start, this.at));
    } catch {
      this.at = start;
      throw this.unexpected();
    }
  }

  private noObject(): JsonProblem {
    this.at = 0;
    try {
      JSON.parse(this.text);
    } catch {
      this.next();
      return this.unexpected();
    }
    return new JsonProblem('NOT_AN_OBJECT', `the row must be an object, got ${quote(this.text.trim())}`);
  }

  private unexpected(): JsonProblem {
    const rest = this.text.slice(this.at);
    const what = rest === '' ? 'it ends too early' : `${quote(rest)} is unexpected at character ${this.at + 1}`;
    return new JsonProblem('MALFORMED_JSON', `the row is not JSON: ${what}`, true);
  }
}
