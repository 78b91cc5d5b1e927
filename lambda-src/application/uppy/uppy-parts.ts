import { MAX_PARTS, MIN_PART_SIZE } from '../../../src/private/contract';
import { ApiError } from '../../domain/api-error';
import { Caller } from '../access/caller';
import { ObjectStore, StoredPart } from '../uploads/object-store';
import { MultipartTarget, ShortLived, UploadSigner } from '../uploads/upload-signer';
import { FindUppyUpload, requirePending } from './uppy-upload';

export interface UppyPartsPorts {
  readonly find: FindUppyUpload;
  readonly objects: Pick<ObjectStore, 'listParts'>;
  readonly signer: Pick<UploadSigner, 'signPart'>;
}

export interface UppyPartsRules {
  /** Bytes. */
  readonly maxFileSize: number;
}

/** The parts of an upload that Uppy cuts into pieces by itself. */
export class UppyParts {
  constructor(private readonly ports: UppyPartsPorts, private readonly rules: UppyPartsRules) {}

  /** What S3 has, by number. */
  public async list(caller: Caller, target: MultipartTarget): Promise<readonly StoredPart[]> {
    requirePending(await this.ports.find.run(caller, target));
    const parts = await this.ports.objects.listParts(target.key, target.multipartId);
    if (!parts) throw new ApiError('UPLOAD_ENDED', 'S3 has no parts of this upload any more: it was completed or aborted');
    return parts;
  }

  /** URLs to PUT parts to, by number. */
  public async sign(
    caller: Caller, target: MultipartTarget, partNumbers: readonly number[], lasting: ShortLived = {},
  ): Promise<ReadonlyMap<number, string>> {
    partNumbers.forEach((partNumber) => this.check(partNumber));
    requirePending(await this.ports.find.run(caller, target));
    return new Map(await Promise.all(partNumbers.map(
      async (partNumber) => [partNumber, await this.ports.signer.signPart({ ...target, ...lasting, partNumber })] as const)));
  }

  private check(partNumber: number): void {
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MAX_PARTS) {
      throw new ApiError('INVALID_PART_NUMBER', `a part number must be an integer between 1 and ${MAX_PARTS}`);
    }
    // Every part before it has so many bytes at least. What the parts hold in all is known only when they are put together.
    if ((partNumber - 1) * MIN_PART_SIZE >= this.rules.maxFileSize) {
      throw new ApiError('FILE_TOO_LARGE', `the file must have at most ${this.rules.maxFileSize} bytes, which end before part ${partNumber}`);
    }
  }
}
