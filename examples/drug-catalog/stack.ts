import { CfnOutput, RemovalPolicy, Size, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Column, RecordKeys, RecordSchema, UploadIngestPipeline, UploadProcessor } from 'cdk-upload-ingest';

/** Scientists upload CSV files of drugs, their targets and how well they work, and page through all of them, newest first. */
export class DrugCatalog extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);

    const catalog = new UploadIngestPipeline(this, 'Catalog', {
      processor: UploadProcessor.records({
        schema: RecordSchema.of([
          Column.string('drug_name', { required: true, maxLength: 200 }),
          Column.string('target', { required: true, maxLength: 200 }),
          Column.decimal('efficacy', { required: true, min: 0, max: 100 }),
        ]),
        keys: RecordKeys.of({ partitionKey: 'DRUG#{drug_name}', sortKey: 'METADATA#{uploadedAt}' }),
        maxRows: 10_000,
      }),
      maxFileSize: Size.mebibytes(10),
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new CfnOutput(this, 'ApiUrl', { value: catalog.apiUrl! });
    new CfnOutput(this, 'BucketName', { value: catalog.bucket.bucketName });
  }
}
