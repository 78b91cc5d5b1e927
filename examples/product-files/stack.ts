import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Size, Stack, StackProps } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  Column, QueryTable, RecordIndex, RecordKeys, RecordSchema, UploadApi, UploadAuth, UploadIngestPipeline, UploadProcessor,
} from 'cdk-upload-ingest';

/** What a client says about its file, and what the record says of it. */
const PRODUCT = [
  Column.string('productId', { required: true, pattern: '[A-Za-z0-9-]{1,64}' }),
  Column.string('productName', { required: true, maxLength: 256 }),
  Column.decimal('price', { required: true, min: 0 }),
];

/** Shops send a small file with a product's name and price in one request, and look products up by price. */
export class ProductFiles extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);

    const key = new kms.Key(this, 'Key', {
      description: 'Files, records and queues of the products', enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY,
    });
    const recorder = new lambda.Function(this, 'Recorder', {
      runtime: lambda.Runtime.PYTHON_3_14,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(join(__dirname, 'recorder'), { exclude: ['__pycache__'] }),
      memorySize: 512,
      timeout: Duration.minutes(1),
    });

    const products = new UploadIngestPipeline(this, 'Products', {
      api: UploadApi.rest({
        auth: UploadAuth.apiKey({
          throttle: { rateLimit: 20, burstLimit: 40 },
          quota: { limit: 100_000, period: apigateway.Period.DAY },
        }),
      }),
      metadata: PRODUCT,
      processor: UploadProcessor.handler(recorder, {
        schema: RecordSchema.of([
          ...PRODUCT,
          Column.string('fileKey', { required: true }),
          Column.string('contentType', { required: true }),
          Column.integer('size', { required: true }),
          Column.string('sha256', { required: true }),
        ]),
        keys: RecordKeys.of({ partitionKey: 'PRODUCT#{productId}', sortKey: 'FILE#{fileName}' }),
        indexes: [RecordIndex.of({ indexName: 'by-price', partitionKey: 'price', sortKey: 'productName' })],
        timeout: Duration.minutes(2),
      }),
      queryTable: QueryTable.managed({ recordRetention: Duration.days(365) }),
      contentTypes: ['image/*', 'application/pdf', 'text/plain'],
      maxFiles: 1,
      maxFileSize: Size.mebibytes(4),
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new CfnOutput(this, 'ApiUrl', { value: products.apiUrl! });
    new CfnOutput(this, 'ApiKeyId', { value: products.apiKeys[0].keyId });
    new CfnOutput(this, 'BucketName', { value: products.bucket.bucketName });
    new CfnOutput(this, 'TableName', { value: products.queryTable.tableName });
  }
}
