import { BadRow } from '../../application/ingest/row-source';
import { largeRow, MAX_ROW_BYTES, SHOWN_BYTES, tooManyBytes } from './row-limits';

/** The text of one row as its bytes come, or, of one that is too large to be held, its beginning. */
export class RowText {
  /** All that came. */
  public bytes = 0;
  private pieces: Buffer[] = [];

  public push(piece: Buffer): void {
    if (piece.length === 0) return;
    const wasTooLarge = this.isTooLarge;
    this.bytes += piece.length;
    if (!this.isTooLarge) this.pieces.push(piece);
    else if (!wasTooLarge) this.pieces = [Buffer.from(Buffer.concat([...this.pieces, piece]).subarray(0, SHOWN_BYTES))];
  }

  /** The row, which is all there; what comes next is another. */
  public end(): string | BadRow {
    const { bytes, isTooLarge } = this;
    const held = this.pieces.length === 1 ? this.pieces[0] : Buffer.concat(this.pieces);
    this.pieces = [];
    this.bytes = 0;
    return isTooLarge ? largeRow(wholeCharacters(held), tooManyBytes(bytes)) : held.toString();
  }

  private get isTooLarge(): boolean {
    return this.bytes > MAX_ROW_BYTES;
  }
}

/** Without the part of a character that bytes may end with. */
function wholeCharacters(bytes: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true });
}
