import { RangeLost, RangeStore, RangeWork } from '../../../lambda-src/application/fan-out/range-store';

/** Ranges in a map; every write is fenced by the revision of the one before. */
export class InMemoryRanges implements RangeStore {
  private readonly works = new Map<string, RangeWork>();

  public async find(execution: string, nth: number): Promise<RangeWork | undefined> {
    return structuredClone(this.works.get(`${execution}#${nth}`));
  }

  public async save(work: RangeWork): Promise<RangeWork> {
    const key = `${work.execution}#${work.nth}`;
    if ((this.works.get(key)?.revision ?? 0) !== work.revision) throw new RangeLost(work);
    const saved = structuredClone({ ...work, revision: work.revision + 1 });
    this.works.set(key, saved);
    return saved;
  }
}
