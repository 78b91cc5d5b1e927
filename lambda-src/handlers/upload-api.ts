import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Env } from '../../src/private/contract';
import { required, requiredInteger, requiredList } from '../adapters/environment';
import { S3UploadSigner } from '../adapters/s3-upload-signer';
import { StatusTable } from '../adapters/status-table';
import { StartUpload } from '../application/start-upload';
import { httpHandler } from './http/router';
import { uploadRoutes } from './http/upload-routes';

const urlExpirySeconds = requiredInteger(Env.URL_EXPIRY_SECONDS);

const startUpload = new StartUpload(
  {
    store: new StatusTable(DynamoDBDocumentClient.from(new DynamoDBClient({})), required(Env.STATUS_TABLE)),
    signer: new S3UploadSigner(
      // A checksum in the URL would be that of an empty body.
      new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' }),
      { bucketName: required(Env.BUCKET), expirySeconds: urlExpirySeconds },
    ),
    newId: randomUUID,
    now: () => new Date(),
  },
  {
    maxFileSize: requiredInteger(Env.MAX_FILE_SIZE),
    contentTypes: requiredList(Env.CONTENT_TYPES),
    urlExpirySeconds,
    arrivalGraceSeconds: requiredInteger(Env.ARRIVAL_GRACE_SECONDS),
  },
);

/** Starts uploads. */
export const handler = httpHandler(uploadRoutes(startUpload), new Logger());
