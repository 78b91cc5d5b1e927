import { SignedRequest, SignPart, SignPost, SignPut, UploadSigner } from '../../../lambda-src/application/uploads/upload-signer';

/** Signs nothing, but remembers what it was asked for. */
export class RecordingSigner implements UploadSigner {
  public readonly posts: SignPost[] = [];
  public readonly puts: SignPut[] = [];
  public readonly parts: SignPart[] = [];

  public async signPost(request: SignPost): Promise<SignedRequest> {
    this.posts.push(request);
    return { method: 'POST', url: 'https://bucket.test/', fields: { key: request.key }, headers: {} };
  }

  public async signPut(request: SignPut): Promise<SignedRequest> {
    this.puts.push(request);
    return { method: 'PUT', url: 'https://bucket.test/put', fields: {}, headers: { 'content-type': request.contentType } };
  }

  public async signPart(request: SignPart): Promise<string> {
    this.parts.push(request);
    return `https://bucket.test/put?partNumber=${request.partNumber}`;
  }
}
