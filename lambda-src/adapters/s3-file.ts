import { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchKey, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { csvRows } from './csv-rows';
import { OpenFile } from '../application/ingest-files';
import { UploadFailure } from '../domain/upload-failure';

/** Opens an uploaded file in S3. With an ETag (without its quotes), it must still be the same bytes. */
export async function openFile(client: S3Client, bucket: string, key: string, etag?: string): Promise<OpenFile> {
  const object = await getObject(client, bucket, key, etag);
  const body = object.Body as Readable;
  return {
    size: object.ContentLength ?? 0,
    contentType: object.ContentType ?? '',
    rows: (onBytes) => csvRows(body, onBytes),
    again: () => openFile(client, bucket, key, object.ETag?.replaceAll('"', '')),
    close: () => body.destroy(),
  };
}

async function getObject(client: S3Client, bucket: string, key: string, etag?: string) {
  try {
    return await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag && `"${etag}"` }));
  } catch (error) {
    if (error instanceof NoSuchKey) throw new UploadFailure('FILE_NOT_FOUND', 'the file was deleted before it was processed');
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) {
      throw new UploadFailure('FILE_REPLACED', 'the file was replaced before it was processed; start a new upload for the new one');
    }
    throw error;
  }
}
