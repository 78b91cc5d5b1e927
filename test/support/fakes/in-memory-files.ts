import { UploadFailure } from '../../../lambda-src/domain/rejects/upload-failure';
import { BytesOptions, InMemoryBytes } from './in-memory-bytes';
import { etagOf, StoredFile } from './stored-file';

/** The files of a bucket in a map; whoever replaces or deletes one that is open is found out with the next request. */
export class InMemoryFiles extends Map<string, StoredFile> {
  public open(key: string, etag: string | undefined, options: Omit<BytesOptions, 'check'>): InMemoryBytes {
    const file = this.find(key, etag);
    return new InMemoryBytes(file, { ...options, check: () => { this.find(key, etagOf(file)); } });
  }

  private find(key: string, etag?: string): StoredFile {
    const file = this.get(key);
    if (!file) throw new UploadFailure('FILE_NOT_FOUND', 'the file was deleted before it was processed');
    if (etag && etag !== etagOf(file)) throw new UploadFailure('FILE_REPLACED', 'the file was replaced before it was processed; start a new upload for the new one');
    return file;
  }
}
