import { FannedOutPorts, FanOutOf, findUpload, inFile, orFail } from './fanned-out-upload';
import { RangeStore } from './range-store';
import { cut, Range } from '../../domain/fan-out/cut';
import { FileDialect } from '../../domain/fan-out/file-dialect';
import { LineSkipper } from '../../domain/fan-out/skip-lines';
import { Survey, Surveyor } from '../../domain/fan-out/survey';
import { Upload, UploadFile } from '../../domain/upload';
import { UploadFailure } from '../../domain/upload-failure';
import { ObjectBytes, OpenBytes } from '../object-bytes';

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
    await ports.ranges.save({
      execution, nth, range, survey, model: modelHash, settled: null, checkpoint: null, isDone: false, lease: null, revision: 0,
    });
  }

  private async survey(file: UploadFile, range: Range): Promise<Survey> {
    const bytes = await this.ports.open(file.key, file.arrival?.etag ?? undefined);
    const dialect = await this.ports.dialectOf(file, bytes);
    return range.from === 0 ? surveyStart(bytes, range, dialect) : surveyMiddle(bytes, range, dialect);
  }
}

async function surveyMiddle(bytes: ObjectBytes, { from, to }: Range, dialect: FileDialect): Promise<Survey> {
  let surveyor: Surveyor | undefined;
  for await (const chunk of bytes.read(from - 1, to)) {
    if (surveyor) surveyor.push(chunk);
    else (surveyor = dialect.newSurveyor(from, chunk[0])).push(chunk.subarray(1));
  }
  return surveyor!.end();
}

const BOM = Buffer.from([0xEF, 0xBB, 0xBF]);

/** Rows begin behind a byte order mark, and behind lines that are none. */
async function surveyStart(bytes: ObjectBytes, { to }: Range, dialect: FileDialect): Promise<Survey> {
  let at = await startsWithBom(bytes) ? BOM.length : 0;
  let surveyor: Surveyor | undefined;
  const preamble = new LineSkipper(dialect.preambleLines);
  for await (const chunk of bytes.read(at, to)) {
    const skipped = surveyor ? 0 : preamble.push(chunk);
    at += skipped;
    if (skipped < chunk.length) (surveyor ??= dialect.newSurveyor(at, null)).push(chunk.subarray(skipped));
  }
  if (!preamble.isDone) throw new UploadFailure('MALFORMED_CSV', `the lines before the header must end within the first ${to} bytes`);
  return (surveyor ?? dialect.newSurveyor(at, null)).end();
}

async function startsWithBom(bytes: ObjectBytes): Promise<boolean> {
  const start: Buffer[] = [];
  for await (const chunk of bytes.read(0, BOM.length)) start.push(chunk);
  return Buffer.concat(start).equals(BOM);
}
