import { secondsAfter } from '../../domain/seconds-after';
import { Metadata } from '../../domain/uploads/metadata';
import { objectKey } from '../../domain/uploads/object-key';
import { announcedFile, Multipart, newUpload, ONLY_FILE } from '../../domain/uploads/upload';
import { Caller } from '../access/caller';
import { ObjectStore } from '../uploads/object-store';
import { UploadRules } from '../uploads/upload-rules';
import { MultipartSigner, MultipartTarget, ShortLived } from '../uploads/upload-signer';
import { UploadStore } from '../uploads/upload-store';

/** What Uppy says about a file: never its size. */
export interface UppyFile {
  readonly fileName: string;
  /** null: Uppy says it to S3 alone. */
  readonly contentType: string | null;
  readonly metadata: Metadata;
}

export type TypedUppyFile = UppyFile & { readonly contentType: string };

export interface StartUppyMultipartPorts {
  readonly uploads: Pick<UploadStore, 'create'>;
  readonly objects: Pick<ObjectStore, 'createMultipart' | 'abortMultipart'>;
  readonly signer: Pick<MultipartSigner, 'signCreateMultipart'>;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly onStarted: () => void;
}

export interface StartUppyMultipartTimes {
  /** How long the parts of a file may take to come. */
  readonly uploadExpirySeconds: number;
}

/** Of a file whose type only S3 is told: any that is allowed, which is checked when the file is there. */
const ANY_CONTENT_TYPE = '*/*';

/** Announces a file that Uppy sends in parts whose size and number it decides alone. */
export class StartUppyMultipart {
  constructor(
    private readonly ports: StartUppyMultipartPorts,
    private readonly rules: Pick<UploadRules, 'checkFile' | 'checkFileName' | 'checkMetadata'>,
    private readonly times: StartUppyMultipartTimes,
  ) {}

  /** Companion's way: the API has S3 make the id. */
  public async create(caller: Caller, file: TypedUppyFile): Promise<MultipartTarget> {
    const { objects } = this.ports;
    const begun = this.begin(caller, file);
    const { key } = begun;
    const multipartId = await objects.createMultipart({ key, contentType: file.contentType });
    try {
      await this.announce(caller, begun, multipartId);
    } catch (error) {
      // The error is what the client must know; parts that nobody asks for go by the bucket's own rule.
      await objects.abortMultipart(key, multipartId).catch(() => {});
      throw error;
    }
    return { key, multipartId };
  }

  /** Uppy's own way: it has S3 make the id, and says it in its next call. */
  public async signCreate(caller: Caller, file: UppyFile, lasting: ShortLived = {}): Promise<{ key: string; url: string }> {
    const begun = this.begin(caller, file);
    await this.announce(caller, begun, null);
    const { key } = begun;
    const url = await this.ports.signer.signCreateMultipart({ ...lasting, key, contentType: file.contentType ?? undefined });
    return { key, url };
  }

  private begin({ tenantId }: Caller, file: UppyFile): BegunUpload {
    const { fileName, contentType } = file;
    if (contentType === null) this.rules.checkFileName(fileName, '/key');
    else this.rules.checkFile({ fileName, contentType });
    const metadata = this.rules.checkMetadata(file.metadata);
    const uploadId = this.ports.newId();
    return { uploadId, key: objectKey({ tenantId, uploadId, fileName }), file: { ...file, metadata } };
  }

  private async announce({ tenantId, owner }: Caller, { uploadId, key, file }: BegunUpload, id: string | null): Promise<void> {
    const at = this.ports.now();
    const { fileName, contentType, metadata } = file;
    const multipart: Multipart = { id, partSize: null, partCount: null };
    await this.ports.uploads.create(newUpload({
      uploadId,
      tenantId,
      owner,
      files: [announcedFile({ name: ONLY_FILE, fileName, key, contentType: contentType ?? ANY_CONTENT_TYPE, multipart })],
      metadata,
      at: at.toISOString(),
      deadline: secondsAfter(at, this.times.uploadExpirySeconds),
    }));
    this.ports.onStarted();
  }
}

interface BegunUpload {
  readonly uploadId: string;
  readonly key: string;
  readonly file: UppyFile;
}
