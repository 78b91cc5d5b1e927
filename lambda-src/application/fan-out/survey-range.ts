import { cut, Range } from '../../domain/fan-out/cut';
import { FileDialect } from '../../domain/fan-out/file-dialect';
import { LineSkipper } from '../../domain/fan-out/skip-lines';
import { Survey } from '../../domain/fan-out/survey';
import { Upload, UploadFile } from '../../domain/uploads/upload';
import { ObjectBytes, OpenBytes } from '../ingest/object-bytes';
import { FannedOutPorts, FanOutOf, findUpload, inFile, orFail } from './fanned-out-upload';
import { RangeStore } from './range-store';

export interface SurveyPorts extends FannedOutPorts {
  readonly open: OpenBytes;
  readonly ranges: RangeStore;
  readonly dialectOf: (file: UploadFile, bytes: ObjectBytes) => Promise<FileDialect>;
}

/** How many ranges there are, if the files are cut into such of this size. */
export function countRanges(upload: Upload, rangeSize: number): number {
  return rangesOf(upload, rangeSize).length;
}

/** The same whoever asks, so that nobody has to write them down. */
function rangesOf({ files }: Upload, rangeSize: number): Range[] {
  return cut(files.map(({ size }) => size!), rangeSize);
}

/** Finds out what one range of the upload's files holds, and keeps it. What was found out before is as good. */
export class SurveyRange {
  constructor(private readonly ports: SurveyPorts, private readonly modelHash: string) {}

  public async run(fanOut: FanOutOf, nth: number, rangeSize: number): Promise<void> {
    const { ports, modelHash } = this;
    const upload = await findUpload(fanOut, ports);
    const { execution } = fanOut;
    if (await ports.ranges.find(execution, nth)) return;
    const range = rangesOf(upload, rangeSize)[nth];
    const survey = await orFail(fanOut, ports, () => inFile(upload, range.file, () => this.survey(upload.files[range.file], range)));
    const untouched = { settled: null, checkpoint: null, isDone: false, lease: null, failure: null, revision: 0 };
    await ports.ranges.save({ execution, nth, range, survey, model: modelHash, ...untouched });
  }

  private async survey(file: UploadFile, range: Range): Promise<Survey> {
    const bytes = await this.ports.open(file.key, file.arrival?.etag ?? undefined);
    const dialect = await this.ports.dialectOf(file, bytes);
    return surveyRows(bytes, range, dialect);
  }
}

async function surveyRows(bytes: ObjectBytes, { from, to }: Range, dialect: FileDialect): Promise<Survey> {
  const { preambleLines } = dialect;
  const begin = from <= BOM.length || preambleLines > 0 ? await beginOfRows(bytes, preambleLines, to) : 0;
  // The byte before a range tells whether a row begins with it; before the rows there is none.
  const isMiddle = begin < from;
  let surveyor = isMiddle ? undefined : dialect.newSurveyor(begin, null);
  if (begin < to) {
    for await (const chunk of bytes.read(isMiddle ? from - 1 : begin, to)) {
      if (surveyor) surveyor.push(chunk);
      else (surveyor = dialect.newSurveyor(from, chunk[0])).push(chunk.subarray(1));
    }
  }
  return surveyor!.end();
}

const BOM = Buffer.from([0xEF, 0xBB, 0xBF]);
/** A preamble is mostly some lines, but may be longer than a range. */
const FIRST_PIECE_BYTES = 16 * 1024;

/** Behind a byte order mark, and behind lines that are no rows; looks no further than to a place. */
async function beginOfRows(bytes: ObjectBytes, preambleLines: number, to: number): Promise<number> {
  let at = await startsWithBom(bytes) ? BOM.length : 0;
  if (preambleLines === 0) return at;
  const preamble = new LineSkipper(preambleLines);
  for (let piece = FIRST_PIECE_BYTES; at < to; piece *= 2) {
    for await (const chunk of bytes.read(at, Math.min(to, at + piece))) {
      const skipped = preamble.push(chunk);
      at += skipped;
      if (skipped < chunk.length) return at;
    }
  }
  return at;
}

async function startsWithBom(bytes: ObjectBytes): Promise<boolean> {
  const start: Buffer[] = [];
  for await (const chunk of bytes.read(0, BOM.length)) start.push(chunk);
  return Buffer.concat(start).equals(BOM);
}
