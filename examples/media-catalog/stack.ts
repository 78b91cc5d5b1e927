import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Size, Stack, StackProps } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  Column, IngestQueue, RecordIndex, RecordKeys, RecordSchema, Tenancy, UploadApi, UploadAuth, UploadIngestPipeline, UploadProcessor,
} from 'cdk-upload-ingest';

const LANGUAGES = ['bn', 'en', 'gu', 'hi', 'kn', 'ml', 'mr', 'pa', 'ta', 'te'];

/**
 * Artisans send a photo of a piece and a few spoken words about it in one upload, and get an entry in the catalog of their
 * cooperative. A cooperative is a tenant: it sees its own only, and its uploads are worked on in the order they came.
 */
export class MediaCatalog extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);

    const artisans = new cognito.UserPool(this, 'Artisans', {
      // Whoever could sign up could name any cooperative.
      selfSignUpEnabled: false,
      customAttributes: { cooperative: new cognito.StringAttribute({ mutable: false }) },
      passwordPolicy: { minLength: 12, requireLowercase: true, requireUppercase: true, requireDigits: true, requireSymbols: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const app = artisans.addClient('App', {
      authFlows: { userSrp: true, userPassword: true },
      writeAttributes: new cognito.ClientAttributes().withStandardAttributes({ fullname: true }),
    });

    const cataloguer = new lambda.Function(this, 'Cataloguer', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(join(__dirname, 'cataloguer')),
      memorySize: 512,
      timeout: Duration.minutes(1),
    });

    const catalog = new UploadIngestPipeline(this, 'Catalog', {
      api: UploadApi.http({ auth: UploadAuth.cognito(artisans, { clients: [app] }) }),
      tenancy: Tenancy.fromClaim('custom:cooperative'),
      queue: IngestQueue.fifo(),
      processor: UploadProcessor.handler(cataloguer, {
        schema: RecordSchema.of([
          Column.string('catalogId', { required: true }),
          Column.string('title'),
          Column.string('language', { required: true }),
          Column.string('photoKey', { required: true }),
          Column.string('photoFormat', { required: true }),
          Column.string('audioKey', { required: true }),
          Column.string('audioFormat', { required: true }),
        ]),
        keys: RecordKeys.of({ partitionKey: 'CATALOG#{catalogId}' }),
        indexes: [RecordIndex.of({ indexName: 'by-language', partitionKey: 'language' })],
        timeout: Duration.minutes(2),
      }),
      metadata: [Column.string('language', { required: true, allowedValues: LANGUAGES }), Column.string('title', { maxLength: 200 })],
      contentTypes: ['image/jpeg', 'image/png', 'audio/*'],
      maxFiles: 2,
      maxFileSize: Size.mebibytes(50),
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new CfnOutput(this, 'ApiUrl', { value: catalog.apiUrl! });
    new CfnOutput(this, 'UserPoolId', { value: artisans.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: app.userPoolClientId });
  }
}
