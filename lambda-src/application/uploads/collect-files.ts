import { ApiError, ERROR_STATUS, ErrorCode } from '../../domain/api-error';
import { UploadFailure } from '../../domain/rejects/upload-failure';
import { UploadFile } from '../../domain/uploads/upload';
import { ArrivalRules, checkArrival } from './check-arrival';
import { missingParts } from './list-parts';
import { ObjectStore, StoredObject, StoredPart } from './object-store';
import { expectedSize, FileInParts, isInParts } from './parts-file';

/** A file that is there as it was announced. */
export interface CollectedFile {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
}

/** What keeps a file from being there. */
interface Shortfall {
  readonly code: ErrorCode;
  readonly file: string;
  readonly detail: string;
  /** Numbers of parts. */
  readonly missing?: readonly number[];
}

type Findings =
  | { readonly object: StoredObject }
  | { readonly file: FileInParts; readonly parts: readonly StoredPart[] }
  | { readonly shortfall: Shortfall };

type Objects = Pick<ObjectStore, 'head' | 'headWithChecksum' | 'listParts' | 'completeMultipart' | 'abortMultipart'>;

/**
 * Makes sure that the files of an upload are there as announced, and puts those together that came in parts. First all are
 * looked at: as long as one is not there, nothing is done that could not be done again.
 */
export class CollectFiles {
  constructor(private readonly objects: Objects, private readonly rules: ArrivalRules) {}

  /** Throws an ApiError that names every file that falls short. */
  public async run(files: readonly UploadFile[]): Promise<CollectedFile[]> {
    const findings = await Promise.all(files.map(async (file) => this.look(file)));
    refuse(findings);
    const collected = await Promise.all(findings.map(async (one) => ('parts' in one ? this.join(one.file, one.parts) : one)));
    refuse(collected);
    return collected.flatMap((one, nth) => ('object' in one ? [{ key: files[nth].key, etag: one.object.etag, size: one.object.size }] : []));
  }

  private async look(file: UploadFile): Promise<Findings> {
    if (!isInParts(file)) return this.checked(file, await this.find(file));
    const parts = await this.objects.listParts(file.key, file.multipart.id);
    // Put together by a call whose answer was lost, or aborted behind our back.
    if (!parts) return this.checked(file, await this.find(file, 'its parts are gone, and it is not there: start the upload anew'));
    const shortfall = partsShortfall(file, parts);
    return shortfall ? { shortfall } : { file, parts };
  }

  private async join(file: FileInParts, parts: readonly StoredPart[]): Promise<Findings> {
    const { key, name, size, checksum, multipart } = file;
    const total = parts.reduce((sum, part) => sum + part.size, 0);
    const target = { key, multipartId: multipart.id };
    const completion = await this.objects.completeMultipart({ ...target, parts, size: size ?? total, checksum: checksum ?? undefined });
    if (completion === 'invalid') {
      return { shortfall: { code: 'PARTS_MISSING', file: name, detail: 'S3 did not take the parts: one has changed meanwhile, or one before the last is smaller than 5 MiB' } };
    }
    if (completion === 'mismatch') {
      const detail = checksum ? `does not have the ${checksum.algorithm} checksum that was announced` : 'does not have the size that was announced';
      return { shortfall: { code: checksum ? 'CHECKSUM_MISMATCH' : 'SIZE_MISMATCH', file: name, detail } };
    }
    // Nobody needs the parts of an object that is there already.
    if (completion === 'exists') await this.objects.abortMultipart(key, multipart.id);
    return this.checked(file, await this.find(file));
  }

  private async find({ key, name, checksum }: UploadFile, absence = 'has not arrived'): Promise<Findings> {
    const object = await (checksum ? this.objects.headWithChecksum(key) : this.objects.head(key));
    return object ? { object } : { shortfall: { code: 'FILES_MISSING', file: name, detail: absence } };
  }

  private checked(file: UploadFile, findings: Findings): Findings {
    if (!('object' in findings)) return findings;
    try {
      checkArrival(file, findings.object, this.rules);
      return findings;
    } catch (error) {
      if (!(error instanceof UploadFailure)) throw error;
      return { shortfall: { code: codeOf(error), file: file.name, detail: error.message } };
    }
  }
}

function partsShortfall(file: FileInParts, parts: readonly StoredPart[]): Shortfall | undefined {
  const { name, multipart: { partSize, partCount } } = file;
  const missing = missingParts(partCount, parts);
  if (missing.length > 0 || parts.length === 0) {
    const detail = missing.length > 0 ? `lacks ${missing.length} of ${partCount} parts` : 'has no parts yet';
    return { code: 'PARTS_MISSING', file: name, missing, detail };
  }
  const wrong = parts.filter((part) => part.size !== (expectedSize(file, part.partNumber) ?? part.size));
  if (wrong.length === 0) return undefined;
  const detail = `must have parts of ${partSize} bytes, but for the last; send those again that are not`;
  return { code: 'SIZE_MISMATCH', file: name, missing: wrong.map(({ partNumber }) => partNumber), detail };
}

function codeOf({ code }: UploadFailure): ErrorCode {
  if (code === 'CONTENT_TYPE_MISMATCH') return 'CONTENT_TYPE_NOT_ALLOWED';
  return Object.hasOwn(ERROR_STATUS, code) ? code as ErrorCode : 'CONFLICT';
}

function refuse(findings: readonly Findings[]): void {
  const shortfalls = findings.flatMap((one) => ('shortfall' in one ? [one.shortfall] : []));
  if (shortfalls.length === 0) return;
  const message = shortfalls.map(({ file, detail }) => `'${file}': ${detail}`).join('; ');
  const errors = shortfalls.map(({ code: _, ...error }) => error);
  throw new ApiError(shortfalls[0].code, message, errors);
}
