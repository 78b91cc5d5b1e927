import { ApiError } from '../../domain/api-error';
import { rejectsKey } from '../../domain/rejects/rejects-key';
import { secondsAfter } from '../../domain/seconds-after';
import { Caller, findUploadFor } from '../access/caller';
import { ObjectLookup } from './object-store';
import { fileOf } from './parts-file';
import { DownloadSigner } from './upload-signer';
import { UploadStore } from './upload-store';

export interface GetRejectsPorts {
  readonly store: Pick<UploadStore, 'get'>;
  readonly objects: ObjectLookup;
  readonly signer: DownloadSigner;
  readonly now: () => Date;
}

/** A right to fetch one object. */
export interface DownloadLink {
  readonly url: string;
  readonly expiresAt: string;
}

/** Lets a client fetch the rows of a file that were rejected: the file's own columns, and why. */
export class GetRejects {
  constructor(private readonly ports: GetRejectsPorts, private readonly urlExpirySeconds: number) {}

  public async run(caller: Caller, uploadId: string, name: string | undefined): Promise<DownloadLink> {
    const { store, objects, signer, now } = this.ports;
    const upload = await findUploadFor(caller, uploadId, store);
    const { key, fileName } = fileOf(upload, name);
    // While rows are being counted the rejects are still being written. One that has failed may have some that count for nothing.
    const mayHaveSome = upload.status === 'FAILED' || (upload.status === 'COMPLETED' && upload.counts?.rejected);
    if (!mayHaveSome) throw new ApiError('REJECTS_NOT_FOUND', 'the upload has no rejected rows');
    const rejects = rejectsKey(key);
    // Rows are counted per upload, not per file, and the bucket may not keep what they came to for ever.
    if (!await objects.exists(rejects)) throw new ApiError('REJECTS_NOT_FOUND', 'the file has no rejected rows, or they are kept no longer');
    const url = await signer.signDownload({ key: rejects, fileName: rejectsName(fileName) });
    return { url, expiresAt: secondsAfter(now(), this.urlExpirySeconds) };
  }
}

/** `drugs.csv` becomes `drugs.rejects.csv`. */
function rejectsName(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  return `${dot > 0 ? fileName.slice(0, dot) : fileName}.rejects.csv`;
}
