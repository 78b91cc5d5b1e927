import { ApiError } from '../../domain/api-error';
import { Caller, findUploadFor } from '../access/caller';
import { ObjectStore } from './object-store';
import { expectedSize, FileInParts, fileInParts } from './parts-file';
import { UploadStore } from './upload-store';

export interface ListPartsPorts {
  readonly store: Pick<UploadStore, 'get'>;
  readonly objects: Pick<ObjectStore, 'listParts' | 'head'>;
}

export interface ListedPart {
  readonly partNumber: number;
  /** Null once the parts have been put together: they have no names of their own then. */
  readonly etag: string | null;
  readonly size: number;
}

/** What is there of a file in parts, and what is not. */
export interface PartsState {
  /** Null, like the count, where the client decides. */
  readonly partSize: number | null;
  readonly partCount: number | null;
  readonly uploaded: readonly ListedPart[];
  readonly missing: readonly number[];
}

/** Tells a client where to go on. What S3 has is what counts, and no note of ours. */
export class ListParts {
  constructor(private readonly ports: ListPartsPorts) {}

  public async run(caller: Caller, uploadId: string, name: string | undefined): Promise<PartsState> {
    const { store, objects } = this.ports;
    const upload = await findUploadFor(caller, uploadId, store);
    const file = fileInParts(upload, name);
    const { id, partSize, partCount } = file.multipart;
    const state = (uploaded: readonly ListedPart[]): PartsState => (
      { partSize, partCount, uploaded, missing: missingParts(partCount, uploaded) }
    );
    if (file.arrival) return state(allParts(file));
    const uploaded = await objects.listParts(file.key, id);
    if (uploaded) return state(uploaded.map(({ partNumber, etag, size }) => ({ partNumber, etag, size })));
    // Put together by a request whose answer was lost, or aborted behind our back: nothing that is sent would be taken.
    if (await objects.head(file.key)) return state(allParts(file));
    throw new ApiError('UPLOAD_ENDED', 'S3 has no parts of this file any more, and takes none: start the upload anew');
  }
}

/** The numbers up to the last that are in no list. */
export function missingParts(partCount: number | null, uploaded: readonly { readonly partNumber: number }[]): number[] {
  const there = new Set(uploaded.map(({ partNumber }) => partNumber));
  return Array.from({ length: partCount ?? 0 }, (_, nth) => nth + 1).filter((partNumber) => !there.has(partNumber));
}

function allParts(file: FileInParts): ListedPart[] {
  const all = missingParts(file.multipart.partCount, []);
  return all.map((partNumber) => ({ partNumber, etag: null, size: expectedSize(file, partNumber) ?? 0 }));
}
