import { UploadStore } from './upload-store';
import { ApiError } from '../domain/api-error';
import { isUploadId } from '../domain/object-key';
import { Upload } from '../domain/upload';

/** Shows one upload. Another tenant's is as if absent. */
export class GetUpload {
  constructor(private readonly store: Pick<UploadStore, 'get'>) {}

  public async run(tenantId: string, uploadId: string): Promise<Upload> {
    const upload = isUploadId(uploadId) ? await this.store.get(uploadId) : undefined;
    if (upload?.tenantId !== tenantId) throw new ApiError('UPLOAD_NOT_FOUND', 'there is no upload with this id');
    return upload;
  }
}
