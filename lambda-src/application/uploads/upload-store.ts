import { Page } from '../../domain/lists/merge-pages';
import { Upload, UploadStatus } from '../../domain/uploads/upload';

export interface ListUploadsQuery {
  readonly tenantId: string;
  readonly limit: number;
  /** Position that the page before ended at. */
  readonly before?: string;
  readonly status?: UploadStatus;
  /** Only the uploads that this user started. */
  readonly owner?: string;
}

/** Port: the uploads that the API starts and shows. */
export interface UploadStore {
  /** Fails when the id is taken. */
  create(upload: Upload): Promise<void>;
  get(uploadId: string): Promise<Upload | undefined>;
  /** Newest first. */
  list(query: ListUploadsQuery): Promise<Page<Upload>>;
}
