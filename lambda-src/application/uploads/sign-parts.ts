import { MAX_PARTS } from '../../../src/private/contract';
import { ApiError } from '../../domain/api-error';
import { secondsAfter } from '../../domain/seconds-after';
import { Caller, findUploadFor } from '../access/caller';
import { expectedSize, FileInParts, fileInParts } from './parts-file';
import { UploadSigner } from './upload-signer';
import { UploadStore } from './upload-store';

export interface SignPartsRequest {
  /** Name of the file; needless where there is only one. */
  readonly file?: string;
  readonly partNumbers: readonly number[];
}

export interface SignPartsPorts {
  readonly store: Pick<UploadStore, 'get'>;
  readonly signer: Pick<UploadSigner, 'signPart'>;
  readonly now: () => Date;
}

export interface SignedPart {
  readonly partNumber: number;
  readonly url: string;
  readonly expiresAt: string;
}

/** Hands out the right to send parts of a file, again at any time: a part that is sent twice replaces itself. */
export class SignParts {
  constructor(private readonly ports: SignPartsPorts, private readonly urlExpirySeconds: number) {}

  public async run(caller: Caller, uploadId: string, { file: name, partNumbers }: SignPartsRequest): Promise<SignedPart[]> {
    const { store, signer, now } = this.ports;
    const upload = await findUploadFor(caller, uploadId, store);
    const file = fileInParts(upload, name);
    checkNumbers(file, partNumbers);
    const expiresAt = secondsAfter(now(), this.urlExpirySeconds);
    return Promise.all(partNumbers.map(async (partNumber) => {
      // Where the size is known, S3 takes no other.
      const size = expectedSize(file, partNumber);
      const url = await signer.signPart({ key: file.key, multipartId: file.multipart.id, partNumber, size });
      return { partNumber, url, expiresAt };
    }));
  }
}

function checkNumbers({ multipart: { partCount } }: FileInParts, numbers: readonly number[]): void {
  const last = partCount ?? MAX_PARTS;
  const errors = numbers.flatMap((number, nth) => {
    const pointer = `/partNumbers/${nth}`;
    if (number < 1 || number > last) return [{ pointer, detail: `must be between 1 and ${last}` }];
    return numbers.indexOf(number) < nth ? [{ pointer, detail: 'must differ from the others' }] : [];
  });
  if (errors.length > 0) throw new ApiError('INVALID_PART_NUMBER', `'partNumbers' must be different numbers between 1 and ${last}`, errors);
}
