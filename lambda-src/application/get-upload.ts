import { Caller, findFor } from './caller';
import { UploadStore } from './upload-store';
import { Upload } from '../domain/upload';

/** Shows one upload. Another's is as if absent. */
export class GetUpload {
  constructor(private readonly store: Pick<UploadStore, 'get'>) {}

  public async run(caller: Caller, uploadId: string): Promise<Upload> {
    return findFor(caller, uploadId, (id) => this.store.get(id), (upload) => upload);
  }
}
