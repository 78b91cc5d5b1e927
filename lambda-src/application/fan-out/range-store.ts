import { Range } from '../../domain/fan-out/cut';
import { SettledRange } from '../../domain/fan-out/settle';
import { Survey } from '../../domain/fan-out/survey';
import { Checkpoint } from '../../domain/uploads/checkpoint';
import { Upload } from '../../domain/uploads/upload';
import { Lease } from '../../domain/uploads/work';

/** A range of an upload's files, as it is worked on. */
export interface RangeWork {
  /** Name of the fan-out. */
  readonly execution: string;
  /** Which of its ranges: 0 is the first. */
  readonly nth: number;
  readonly range: Range;
  readonly survey: Survey;
  /** Names the rules that its rows are judged by. */
  readonly model: string;
  /** null: not all ranges have been surveyed yet. */
  readonly settled: SettledRange | null;
  /** How far its rows have been ingested; null: nobody has begun. */
  readonly checkpoint: Checkpoint | null;
  readonly isDone: boolean;
  readonly lease: Lease | null;
  /** What the last invocation that worked on it could not get over, if that has a name; null: nobody said. */
  readonly failure: Upload['error'];
  /** Each write raises it, and only who knows the last one may write: the fence. 0: not stored yet. */
  readonly revision: number;
}

/** Port: the ranges of fan-outs. */
export interface RangeStore {
  find(execution: string, nth: number): Promise<RangeWork | undefined>;
  /** Writes if nobody else has written since, and returns the new revision; throws `RangeLost` if somebody has. */
  save(work: RangeWork): Promise<RangeWork>;
}

/** Somebody else has changed the range: whoever gets this stops at once. */
export class RangeLost extends Error {
  constructor({ execution, nth }: Pick<RangeWork, 'execution' | 'nth'>) {
    super(`range ${nth} of ${execution} was changed by somebody else`);
    this.name = 'RangeLost';
  }
}

/** Another invocation has it, or what it is about to do must not be done twice: whoever gets this tries again. */
export class RangeTaken extends Error {
  constructor(does: string, until: string) {
    super(`another invocation ${does} until ${until}`);
    this.name = 'RangeTaken';
  }
}

/** Requests that are on their way at the same time; one after the other, thousands of ranges would take a minute. */
const AT_THE_SAME_TIME = 32;

/** The first so many ranges of a fan-out, in their order. */
export async function findRanges(store: RangeStore, execution: string, count: number): Promise<RangeWork[]> {
  const found: RangeWork[] = [];
  await forEach(count, async (nth) => {
    const work = await store.find(execution, nth);
    if (!work) throw new Error(`range ${nth} of ${execution} is missing`);
    found[nth] = work;
  });
  return found;
}

/** All ranges of a fan-out whose files have been surveyed. */
export async function findAllRanges(store: Pick<RangeStore, 'find'>, execution: string): Promise<RangeWork[]> {
  const found: RangeWork[] = [];
  for await (const ranges of piecewise(store, execution)) found.push(...ranges);
  return found;
}

/** Why a range of a fan-out that has failed is not done; null: none says. */
export async function findFailure(store: Pick<RangeStore, 'find'>, execution: string): Promise<Upload['error']> {
  for await (const ranges of piecewise(store, execution)) {
    const failure = ranges.find((range) => range.failure)?.failure;
    if (failure) return failure;
  }
  return null;
}

/** For those who do not know how many there are. */
async function* piecewise(store: Pick<RangeStore, 'find'>, execution: string): AsyncGenerator<RangeWork[]> {
  for (let first = 0; ; first += AT_THE_SAME_TIME) {
    const found = await Promise.all(Array.from({ length: AT_THE_SAME_TIME }, (_, nth) => store.find(execution, first + nth)));
    const ranges = found.filter((range) => range !== undefined);
    yield ranges;
    if (ranges.length < AT_THE_SAME_TIME) return;
  }
}

/** Calls for 0 up to a count, many at the same time. */
export async function forEach(count: number, call: (nth: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, AT_THE_SAME_TIME) }, worker));
}
