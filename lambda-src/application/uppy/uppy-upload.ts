import { ApiError } from '../../domain/api-error';
import { parseObjectKey } from '../../domain/uploads/object-key';
import { Upload, UploadFile } from '../../domain/uploads/upload';
import { Work } from '../../domain/uploads/work';
import { Caller, findWorkFor } from '../access/caller';
import { changeWork } from '../uploads/change-work';
import { ObjectStore } from '../uploads/object-store';
import { uploadEnded } from '../uploads/parts-file';
import { MultipartTarget } from '../uploads/upload-signer';
import { WorkStore } from '../uploads/work-store';

/** An upload that is sent in parts, as Uppy names it in every call: by S3's id and the key. */
export interface UppyUpload {
  readonly work: Work;
  readonly target: MultipartTarget;
}

export interface FindUppyUploadPorts {
  readonly works: Pick<WorkStore, 'find' | 'save'>;
  readonly objects: Pick<ObjectStore, 'listParts'>;
}

/**
 * Finds the upload of a call by its key, and checks that multipart id, key and owner belong together: Companion itself does
 * not, so that whoever learns an id and a key could go on with another's upload. Only who started an upload goes on with it,
 * also where it is shown to all of the tenant. Whatever does not fit is as if absent.
 */
export class FindUppyUpload {
  constructor(private readonly ports: FindUppyUploadPorts) {}

  public async run(caller: Caller, target: MultipartTarget): Promise<UppyUpload> {
    const work = await changeWork(this.ports.works, async () => this.find(caller, target.key), async (found) => this.pin(found, target));
    if (multipartOf(work, target.key).id !== target.multipartId) throw notFound();
    return { work, target };
  }

  private async find(caller: Caller, key: string): Promise<Work> {
    const uploadId = parseObjectKey(key)?.uploadId ?? '';
    const work = await findWorkFor(caller, uploadId, this.ports.works);
    if (work.upload.owner !== caller.owner) throw notFound();
    return work;
  }

  /** Where the client has S3 make the id, the first one that it uses is the one: if S3 knows it under this key. */
  private async pin(work: Work, { key, multipartId }: MultipartTarget): Promise<Work> {
    if (multipartOf(work, key).id !== null) return work;
    if (work.upload.status !== 'PENDING' || await this.ports.objects.listParts(key, multipartId) === undefined) throw notFound();
    return { ...work, upload: withMultipartId(work.upload, key, multipartId) };
  }
}

/** Refuses an upload that no longer waits for its file. */
export function requirePending({ work: { upload } }: UppyUpload): void {
  if (upload.status !== 'PENDING') throw uploadEnded(upload, 'takes no parts any more');
}

function multipartOf({ upload }: Work, key: string): NonNullable<UploadFile['multipart']> {
  const multipart = upload.files.find((file) => file.key === key)?.multipart;
  if (!multipart) throw notFound();
  return multipart;
}

function withMultipartId(upload: Upload, key: string, id: string): Upload {
  const files = upload.files.map((file) => (file.key === key && file.multipart ? { ...file, multipart: { ...file.multipart, id } } : file));
  return { ...upload, files };
}

function notFound(): ApiError {
  return new ApiError('UPLOAD_NOT_FOUND', 'there is no upload with this id and key');
}
