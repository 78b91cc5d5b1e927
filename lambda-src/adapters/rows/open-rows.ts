import { EncodingModel, FormatModel, JsonModel, RaggedRowsPolicy, RecordModel, UNPACKING } from '../../../src/private/contract';
import { ObjectBytes } from '../../application/ingest/object-bytes';
import { RowBatch, RowSource, Stretch } from '../../application/ingest/row-source';
import { Anchor } from '../../domain/uploads/checkpoint';
import { Anchors } from './anchors';
import { DETECTION_BYTES, withDelimiter } from './csv-delimiter';
import { CsvDialect } from './csv-dialect';
import { noRows } from './csv-failures';
import { readCsv } from './csv-rows';
import { decode, encodingOf } from './decode';
import { readJsonArray } from './json-rows';
import { readNdjson } from './ndjson-rows';
import { Peeked } from './peek';
import { FileDescription, pickFormat } from './pick-format';
import { LOOK_BYTES, refuseBinary, refuseOtherFormat } from './refuse-format';
import { MAGIC_BYTES, packingOf, unpack } from './unpack';

/** Behind the end of a stretch, what is asked for with it: the row that begins before that end has its own behind it. */
const BEYOND_BYTES = 256 * 1024;

const SLICE_BYTES = 64 * 1024;

/** What the beginning of a file says of all of it. */
interface Layout {
  readonly format: CsvDialect | JsonModel;
  readonly encoding: EncodingModel;
  readonly isPacked: boolean;
}

interface Opened {
  readonly layout: Layout;
  /** From its first byte on. */
  readonly text: Peeked;
  readonly anchors: Anchors;
}

/** The rows of an object, whatever the pipeline's formats make of it. */
export function openRows(bytes: ObjectBytes, file: FileDescription, model: RecordModel): RowSource {
  return new FileRows(bytes, pickFormat(model, file), model);
}

/** Whether a file that begins so can be read from any of its rows on, without what is before. */
export function canStartAnywhere(firstBytes: Buffer, format: FormatModel): boolean {
  return format.kind !== 'json' && packingOf(firstBytes) === null && encodingOf(firstBytes, format.encoding) === 'utf-8';
}

class FileRows implements RowSource {
  /** What is known once a row, or a header, was read: of the object's one version it is always the same. */
  private known: { readonly layout: Layout; readonly header: readonly string[] | null } | undefined;

  constructor(private readonly bytes: ObjectBytes, private readonly format: FormatModel, private readonly model: RecordModel) {}

  public get raggedRows(): RaggedRowsPolicy | undefined {
    return this.format.kind === 'csv' ? this.format.raggedRows : undefined;
  }

  public get isPacked(): boolean | undefined {
    return this.known?.layout.isPacked;
  }

  public async* rows(stretch: Stretch, onBytes: (bytes: number) => void = () => undefined): AsyncGenerator<RowBatch> {
    const { from, before = Infinity, anchor } = stretch;
    if (from === 0) yield* this.fromStart(before, onBytes);
    else yield* this.fromRow(from, before, anchor, onBytes);
  }

  private async* fromStart(before: number, onBytes: (bytes: number) => void): AsyncGenerator<RowBatch> {
    const { layout, text, anchors } = await this.open(this.piecewise(0, before), onBytes);
    let isEmpty = true;
    for await (const batch of anchors.into(this.read(text, layout, { offset: 0, before, header: null }))) {
      isEmpty = false;
      this.known ??= { layout, header: layout.format.kind === 'csv' ? batch.header : null };
      yield batch;
    }
    if (isEmpty && layout.format.kind === 'csv' && before === Infinity) throw noRows(layout.format);
  }

  private async* fromRow(
    from: number, before: number, known: Anchor | undefined, onBytes: (bytes: number) => void,
  ): AsyncGenerator<RowBatch> {
    this.known ??= await this.survey();
    const { layout, header } = this.known;
    const anchor = layout.isPacked ? undefined : layout.encoding === 'utf-8' ? { offset: from, byte: from } : known;
    const opened = anchor ? this.openAt(anchor, layout, before, onBytes) : await this.open(this.bytes.read(0), onBytes);
    const { text, anchors } = opened;
    const rest = skip(text, from - (anchor?.offset ?? 0));
    yield* anchors.into(this.read(rest, layout, { offset: from, before, header }));
  }

  private openAt(
    anchor: Anchor, { encoding }: Layout, before: number, onBytes: (bytes: number) => void,
  ): { readonly text: AsyncIterable<Buffer>; readonly anchors: Anchors } {
    onBytes(anchor.byte);
    const anchors = new Anchors();
    const bytes = counted(this.piecewise(anchor.byte, before), onBytes);
    return { text: decode(bytes, encoding, anchor, (found) => anchors.add(found)), anchors };
  }

  /** Reads no further than the header. */
  private async survey(): Promise<{ layout: Layout; header: readonly string[] | null }> {
    const { layout, text } = await this.open(this.bytes.read(0));
    if (layout.format.kind !== 'csv' || layout.format.header !== null) {
      await text.return();
      return { layout, header: null };
    }
    for await (const { header } of this.read(text, layout, { offset: 0, before: Infinity, header: null })) return { layout, header };
    throw new Error('a row of the file has been read before, and now it has not even a header');
  }

  private read(
    text: AsyncIterable<Buffer>, { format, encoding, isPacked }: Layout,
    place: { offset: number; before: number; header: readonly string[] | null },
  ): AsyncGenerator<RowBatch> {
    const start = { ...place, isPlain: encoding === 'utf-8' && !isPacked };
    switch (format.kind) {
      case 'csv': return readCsv(text, format, start);
      case 'ndjson': return readNdjson(text, this.model, start);
      case 'json': return readJsonArray(text, this.model, start);
    }
  }

  /** Looks at the first bytes of an object. Throws UploadFailure when they are those of another kind of file. */
  private async open(object: AsyncIterable<Buffer>, onBytes: (bytes: number) => void = () => undefined): Promise<Opened> {
    let looked = await Peeked.at(object, MAGIC_BYTES);
    try {
      const packing = packingOf(looked.head);
      const { unpacking = UNPACKING } = this.model;
      looked = await Peeked.at(packing ? unpack(looked, packing, unpacking, onBytes) : counted(looked, onBytes), LOOK_BYTES);
      const encoding = encodingOf(looked.head, this.format.encoding);
      refuseBinary(looked.head, encoding);
      const anchors = new Anchors();
      const found = packing === null ? (anchor: Anchor) => anchors.add(anchor) : undefined;
      looked = await Peeked.at(decode(looked, encoding, undefined, found), Math.max(LOOK_BYTES, DETECTION_BYTES));
      refuseOtherFormat(looked.head, this.format);
      const format = this.format.kind === 'csv' ? withDelimiter(this.format, looked.head) : this.format;
      return { layout: { format, encoding, isPacked: packing !== null }, text: looked, anchors };
    } catch (error) {
      await looked.return();
      throw error;
    }
  }

  /** In two pieces, if much of the rest is somebody else's: what is asked for is sent, whether it is read or not. */
  private async* piecewise(from: number, before: number): AsyncGenerator<Buffer> {
    // Who goes on behind a last row that is longer than that begins there.
    const end = Math.min(this.bytes.size, Math.max(from, before) + BEYOND_BYTES);
    yield* this.bytes.read(from, end);
    if (end < this.bytes.size) yield* this.bytes.read(end);
  }
}

/** Of what was fetched at once, no more is counted than what is read at once. */
async function* counted(chunks: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      const slice = chunk.subarray(at, at + SLICE_BYTES);
      onBytes(slice.length);
      yield slice;
    }
  }
}

function skip(chunks: AsyncIterable<Buffer>, bytes: number): AsyncIterable<Buffer> {
  return bytes === 0 ? chunks : skipSome(chunks, bytes);
}

async function* skipSome(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
