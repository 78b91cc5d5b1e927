import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { SignedRequest, SignPost, SignPut, UploadSigner } from '../application/upload-signer';

export interface S3UploadSignerProps {
  readonly bucketName: string;
  readonly expirySeconds: number;
}

/**
 * Signs requests to S3 for exactly one key, content type and size. Everything that must hold is in the policy or in a signed
 * header, since the client that sends the file is not ours.
 */
export class S3UploadSigner implements UploadSigner {
  constructor(private readonly client: S3Client, private readonly props: S3UploadSignerProps) {}

  public async signPost({ key, contentType, minSize, maxSize }: SignPost): Promise<SignedRequest> {
    const { url, fields } = await createPresignedPost(this.client, {
      Bucket: this.props.bucketName,
      Key: key,
      Fields: { 'Content-Type': contentType },
      Conditions: [['content-length-range', minSize, maxSize], ['eq', '$Content-Type', contentType]],
      Expires: this.props.expirySeconds,
    });
    return { method: 'POST', url, fields, headers: {} };
  }

  public async signPut({ key, contentType, size }: SignPut): Promise<SignedRequest> {
    const headers = { 'content-type': contentType, 'content-length': String(size), 'if-none-match': '*' };
    const command = new PutObjectCommand({
      Bucket: this.props.bucketName,
      Key: key,
      ContentType: contentType,
      ContentLength: size,
      // The URL is good for one file: a second one would be ingested under the first one's status.
      IfNoneMatch: '*',
    });
    const url = await getSignedUrl(this.client, command, {
      expiresIn: this.props.expirySeconds,
      signableHeaders: new Set(['host', ...Object.keys(headers)]),
    });
    return { method: 'PUT', url, fields: {}, headers };
  }
}
