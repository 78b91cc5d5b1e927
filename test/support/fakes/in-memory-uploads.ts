import { ListUploadsQuery, UploadStore } from '../../../lambda-src/application/uploads/upload-store';
import { mergePages, Page } from '../../../lambda-src/domain/lists/merge-pages';
import { positionOf } from '../../../lambda-src/domain/lists/position';
import { Upload } from '../../../lambda-src/domain/uploads/upload';

/** Uploads in a map. */
export class InMemoryUploads implements UploadStore {
  public readonly uploads = new Map<string, Upload>();

  public async create(upload: Upload): Promise<void> {
    if (this.uploads.has(upload.uploadId)) throw new Error('the id is taken');
    this.uploads.set(upload.uploadId, upload);
  }

  public async get(uploadId: string): Promise<Upload | undefined> {
    return this.uploads.get(uploadId);
  }

  public async list({ tenantId, limit, before, status, owner }: ListUploadsQuery): Promise<Page<Upload>> {
    const listed = [...this.uploads.values()]
      .filter((upload) => upload.tenantId === tenantId && (!status || upload.status === status))
      .filter((upload) => (owner === undefined || upload.owner === owner))
      .map((upload) => ({ position: positionOf({ at: upload.createdAt, uploadId: upload.uploadId }), item: upload }))
      .sort((a, b) => (a.position < b.position ? 1 : -1));
    return mergePages({
      shards: 1,
      limit,
      before,
      readShard: async (_shard, below) => ({ items: listed.filter((one) => !below || one.position < below), exhausted: true }),
    });
  }
}
