import { Caller } from '../access/caller';
import { MultipartSigner, MultipartTarget, ShortLived, SignedRequest } from '../uploads/upload-signer';
import { GiveUpUppy } from './uppy-abort';
import { sizeOf } from './uppy-complete';
import { UppyParts } from './uppy-parts';
import { StartUppyMultipart, TypedUppyFile, UppyFile } from './uppy-start';
import { FindUppyUpload, requirePending } from './uppy-upload';

/** One request that Uppy 6 is about to make to S3. */
export type UppyRequest = ShortLived & (
  | { readonly does: 'put'; readonly file: TypedUppyFile }
  | { readonly does: 'create'; readonly file: UppyFile }
  | { readonly does: 'uploadPart'; readonly target: MultipartTarget; readonly partNumber: number }
  | { readonly does: 'listParts' | 'complete' | 'abort'; readonly target: MultipartTarget }
);

/** What Uppy 6 takes for it: a form in place of a PUT has `fields`. */
export interface UppySignature {
  readonly url: string;
  /** Where the object really goes, which only a first request does not know. */
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, string>>;
}

export interface PresignUppyPorts {
  /** As `POST /uploads` does: announced, with a form that limits the size. */
  readonly startForm: (caller: Caller, file: TypedUppyFile, lasting: ShortLived) => Promise<SignedRequest>;
  readonly startMultipart: Pick<StartUppyMultipart, 'signCreate'>;
  readonly find: FindUppyUpload;
  readonly parts: Pick<UppyParts, 'sign' | 'list'>;
  readonly giveUp: Pick<GiveUpUppy, 'run'>;
  readonly signer: MultipartSigner;
}

export interface PresignUppyRules {
  /** Bytes. */
  readonly maxFileSize: number;
}

/** Signs the requests that Uppy 6 makes to S3 by itself, one by one; the first of a file announces it. */
export class PresignUppy {
  constructor(private readonly ports: PresignUppyPorts, private readonly rules: PresignUppyRules) {}

  public async run(caller: Caller, request: UppyRequest): Promise<UppySignature> {
    const { expiresIn } = request;
    if (request.does === 'put') {
      const { url, fields } = await this.ports.startForm(caller, request.file, { expiresIn });
      return { url, fields, key: fields.key };
    }
    if (request.does === 'create') {
      const { contentType } = request.file;
      const signed = await this.ports.startMultipart.signCreate(caller, request.file, { expiresIn });
      return { ...signed, ...(contentType === null ? {} : { headers: { 'content-type': contentType } }) };
    }
    const { key } = request.target;
    if (request.does === 'uploadPart') {
      const urls = await this.ports.parts.sign(caller, request.target, [request.partNumber], { expiresIn });
      return { key, url: urls.get(request.partNumber)! };
    }
    return { key, url: await this.sign(caller, request.does, { ...request.target, expiresIn }) };
  }

  private async sign(caller: Caller, does: 'listParts' | 'complete' | 'abort', target: MultipartTarget & ShortLived): Promise<string> {
    const { find, giveUp, signer, parts } = this.ports;
    switch (does) {
      case 'listParts':
        requirePending(await find.run(caller, target));
        return signer.signListParts(target);
      case 'complete':
        // S3 puts together whatever it has been sent, and no policy can limit that.
        sizeOf(await parts.list(caller, target), this.rules);
        return signer.signCompleteMultipart(target);
      case 'abort':
        await giveUp.run(caller, target);
        return signer.signAbortMultipart(target);
    }
  }
}
