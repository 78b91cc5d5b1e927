import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Env } from '../../src/private/contract';
import { LightDynamoDb } from '../adapters/aws/dynamodb';
import { required, requiredInteger, requiredList } from '../adapters/environment';
import { S3UploadSigner } from '../adapters/s3-upload-signer';
import { StatusTable } from '../adapters/status-table';
import { StartUpload } from '../application/start-upload';
import { httpHandler } from './http/router';
import { uploadRoutes } from './http/upload-routes';

const urlExpirySeconds = requiredInteger(Env.URL_EXPIRY_SECONDS);

const startUpload = new StartUpload(
  {
    store: new StatusTable(new LightDynamoDb(), required(Env.STATUS_TABLE)),
    signer: new S3UploadSigner({ bucketName: required(Env.BUCKET), expirySeconds: urlExpirySeconds }),
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
