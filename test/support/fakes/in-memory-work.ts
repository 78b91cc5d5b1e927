import { WorkLost, WorkStore } from '../../../lambda-src/application/uploads/work-store';
import { Upload } from '../../../lambda-src/domain/uploads/upload';
import { untouched, Work } from '../../../lambda-src/domain/uploads/work';

/** Uploads in a map, as the processor changes them; every write is fenced by the revision of the one before. */
export class InMemoryWork implements WorkStore {
  private readonly works = new Map<string, Work>();

  /** What the API does: an upload that the processor has not seen yet. */
  public announce(upload: Upload): void {
    this.works.set(upload.uploadId, untouched(upload));
  }

  public get(uploadId: string): Work {
    const work = this.works.get(uploadId);
    if (!work) throw new Error(`there is no upload ${uploadId}`);
    return work;
  }

  public all(): Work[] {
    return [...this.works.values()];
  }

  public async find(uploadId: string): Promise<Work | undefined> {
    return this.works.get(uploadId);
  }

  public async add(upload: Upload): Promise<boolean> {
    if (this.works.has(upload.uploadId)) return false;
    this.works.set(upload.uploadId, untouched(upload, 1));
    return true;
  }

  public async save(work: Work): Promise<Work> {
    const { uploadId } = work.upload;
    if (this.works.get(uploadId)?.revision !== work.revision) throw new WorkLost(uploadId);
    const saved = structuredClone({ ...work, revision: work.revision + 1 });
    this.works.set(uploadId, saved);
    return saved;
  }

  /** What is written without regard to who knows the last write; it may leave the revision as it is. */
  public update(work: Work): void {
    this.works.set(work.upload.uploadId, structuredClone(work));
  }

  public async overdue(now: string, limit: number, after?: Pick<Upload, 'uploadId' | 'deadline'>): Promise<Work[]> {
    const place = ({ deadline, uploadId }: Pick<Upload, 'uploadId' | 'deadline'>) => `${deadline} ${uploadId}`;
    return this.all()
      .filter(({ upload }) => upload.deadline !== null && upload.deadline < now && (!after || place(upload) > place(after)))
      .sort((a, b) => (place(a.upload) < place(b.upload) ? -1 : 1))
      .slice(0, limit);
  }
}
