import { secondsAfter } from '../../domain/seconds-after';
import { Metadata } from '../../domain/uploads/metadata';
import { objectKey } from '../../domain/uploads/object-key';
import { PartPlan, planParts } from '../../domain/uploads/part-size';
import { announcedFile, Multipart, newUpload, ONLY_FILE, Upload, UploadFile } from '../../domain/uploads/upload';
import { Caller } from '../access/caller';
import { ObjectStore } from './object-store';
import { isInParts } from './parts-file';
import { FileRequest, UploadRules } from './upload-rules';
import { SignedRequest, UploadSigner } from './upload-signer';
import { UploadStore } from './upload-store';

export interface NamedFileRequest extends FileRequest {
  /** Tells the files of the upload apart. */
  readonly name: string;
}

/** One file, or several. */
export type StartUploadRequest =
  & {
    readonly metadata?: Metadata;
    /** Whether rows are only checked. @default false */
    readonly dryRun?: boolean;
  }
  & (FileRequest | { readonly files: readonly NamedFileRequest[] });

export interface StartUploadTimes {
  readonly urlExpirySeconds: number;
  /** How long after the URL's expiry a file that was being sent may still arrive. */
  readonly arrivalGraceSeconds: number;
  /** How long the parts of a file may take to come. */
  readonly uploadExpirySeconds: number;
}

export interface StartUploadPorts {
  readonly store: Pick<UploadStore, 'create'>;
  readonly signer: Pick<UploadSigner, 'signPost' | 'signPut'>;
  readonly objects: Pick<ObjectStore, 'createMultipart' | 'abortMultipart'>;
  readonly newId: () => string;
  readonly now: () => Date;
}

/** How a file is sent: in one request, or in parts. */
export type StartedFile = { readonly name: string } & ({ readonly upload: SignedRequest } | { readonly multipart: PartPlan });

export interface StartedUpload {
  readonly upload: Upload;
  /** Until when the files may be sent. */
  readonly expiresAt: string;
  readonly files: readonly StartedFile[];
}

/** Announces an upload and hands out the right to send its files. */
export class StartUpload {
  constructor(private readonly ports: StartUploadPorts, private readonly rules: UploadRules, private readonly times: StartUploadTimes) {}

  public async run(caller: Caller, request: StartUploadRequest): Promise<StartedUpload> {
    const requested = this.check(request);
    const metadata = this.rules.checkMetadata(request.metadata);
    const at = this.ports.now();
    const uploadId = this.ports.newId();
    const announced = requested.map((file) => announce(file, objectKey({ tenantId: caller.tenantId, uploadId, fileName: file.fileName })));
    const signed = await Promise.all(announced.map((file, nth) => this.sign(file, requested[nth])));
    const files = await this.beginParts(announced);
    const upload = newUpload({
      uploadId,
      tenantId: caller.tenantId,
      owner: caller.owner,
      files,
      metadata,
      dryRun: request.dryRun,
      at: at.toISOString(),
      deadline: this.deadline(at, files),
    });
    try {
      // Stored before the client can send anything, so that no file arrives unannounced.
      await this.ports.store.create(upload);
    } catch (error) {
      await this.abort(files);
      throw error;
    }
    const anySigned = signed.some((one) => one !== undefined);
    return {
      upload,
      expiresAt: anySigned ? secondsAfter(at, this.times.urlExpirySeconds) : upload.deadline!,
      files: files.map(({ name, multipart }, nth) => (
        { name, ...(multipart ? { multipart: planOf(multipart) } : { upload: signed[nth]! }) }
      )),
    };
  }

  private check(request: StartUploadRequest): readonly NamedFileRequest[] {
    if ('files' in request) {
      this.rules.checkFiles(request.files);
      return request.files;
    }
    this.rules.checkFile(request);
    return [{ ...request, name: ONLY_FILE }];
  }

  /** undefined for a file in parts, whose URLs are asked for one by one. */
  private async sign({ key, contentType, multipart }: UploadFile, request: FileRequest): Promise<SignedRequest | undefined> {
    const { signer } = this.ports;
    const { size, method, checksum, expiresIn } = request;
    if (multipart) return undefined;
    if (method === 'PUT' && size !== undefined) return signer.signPut({ key, contentType, size, checksum });
    return signer.signPost({ key, contentType, minSize: size ?? 0, maxSize: size ?? this.rules.maxSingleRequestSize, checksum, expiresIn });
  }

  private async beginParts(files: readonly UploadFile[]): Promise<UploadFile[]> {
    const begun = await Promise.allSettled(files.map(async (file) => {
      const { key, contentType, multipart } = file;
      if (!multipart) return file;
      return { ...file, multipart: { ...multipart, id: await this.ports.objects.createMultipart({ key, contentType }) } };
    }));
    const failed = begun.find((one) => one.status === 'rejected');
    if (!failed) return begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await this.abort(begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    throw failed.reason;
  }

  /** As well as it can: what remains is ended by the bucket's rule for parts that nobody completed. */
  private async abort(files: readonly UploadFile[]): Promise<void> {
    const begun = files.filter(isInParts);
    await Promise.allSettled(begun.map(async ({ key, multipart }) => this.ports.objects.abortMultipart(key, multipart.id)));
  }

  private deadline(at: Date, files: readonly UploadFile[]): string {
    const { urlExpirySeconds, arrivalGraceSeconds, uploadExpirySeconds } = this.times;
    const seconds = files.map(({ multipart }) => (multipart ? uploadExpirySeconds : urlExpirySeconds + arrivalGraceSeconds));
    return secondsAfter(at, Math.max(...seconds));
  }
}

function announce({ name, fileName, contentType, size, multipart, checksum }: NamedFileRequest, key: string): UploadFile {
  return announcedFile({
    name,
    fileName,
    key,
    contentType,
    size: size ?? null,
    checksum: checksum ?? null,
    multipart: multipart && size !== undefined ? { id: null, ...planParts(size) } : null,
  });
}

function planOf({ partSize, partCount }: Multipart): PartPlan {
  return { partSize: partSize!, partCount: partCount! };
}
