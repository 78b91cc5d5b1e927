import { Upload } from '../../domain/uploads/upload';
import { Caller, findUploadFor } from '../access/caller';
import { UploadStore } from './upload-store';

/** Shows one upload. Another's is as if absent. */
export class GetUpload {
  constructor(private readonly store: Pick<UploadStore, 'get'>) {}

  public async run(caller: Caller, uploadId: string): Promise<Upload> {
    return findUploadFor(caller, uploadId, this.store);
  }
}
