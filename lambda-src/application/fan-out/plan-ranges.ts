import { settle, SettledRange, worthwhile, WrongQuotes } from '../../domain/fan-out/settle';
import { tooManyRows } from '../../domain/rejects/upload-failure';
import { startAt } from '../../domain/uploads/checkpoint';
import { Upload, UploadFile } from '../../domain/uploads/upload';
import { namingFile } from '../uploads/check-arrival';
import { FannedOutPorts, FanOutOf, findUpload, orFail } from './fanned-out-upload';
import { findRanges, forEach, RangeStore, RangeWork } from './range-store';

export interface PlanPorts extends FannedOutPorts {
  readonly ranges: RangeStore;
  /** Rows at the beginning of a file that are none of its records. */
  readonly headerRowsOf: (file: UploadFile) => 0 | 1;
}

/** Finds out where the rows of every range are and which numbers they have, once all ranges have been surveyed. */
export class PlanRanges {
  constructor(private readonly ports: PlanPorts, private readonly maxRows: number | undefined) {}

  /** Returns the numbers of those ranges that have something to work on. */
  public async run(fanOut: FanOutOf, count: number): Promise<number[]> {
    const { ports } = this;
    const upload = await findUpload(fanOut, ports);
    const found = await findRanges(ports.ranges, fanOut.execution, count);
    const settled = await orFail(fanOut, ports, async () => this.settle(upload, found));
    const worth = worthwhile(settled);
    const isWorth = new Set(worth);
    await forEach(count, async (nth) => {
      if (found[nth].settled) return;
      const end = isWorth.has(nth) ? {} : { isDone: true, checkpoint: startAt(settled[nth].from) };
      await ports.ranges.save({ ...found[nth], settled: settled[nth], ...end });
    });
    return worth;
  }

  private settle({ files }: Upload, found: readonly RangeWork[]): SettledRange[] {
    const { maxRows = Infinity, ports } = this;
    const headerRows = files.map((file) => ports.headerRowsOf(file));
    try {
      const settled = settle(found.map(({ range }) => range), found.map(({ survey }) => survey), headerRows);
      const tooMany = settled.find(({ rowsBeforeInFile, rows }) => rowsBeforeInFile + rows > maxRows);
      if (!tooMany) return settled;
      throw namingFile(files[tooMany.file], files, tooManyRows(maxRows));
    } catch (error) {
      throw error instanceof WrongQuotes ? namingFile(files[error.file], files, error) : error;
    }
  }
}
