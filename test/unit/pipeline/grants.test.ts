import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Column, QueryTable, RecentIndex, RecordIndex, RecordSchema, UploadIngestPipeline, UploadProcessor } from '../../../src';
import { ROUTES } from '../../../src/private/api/routes';
import { permissions, PipelineInStack, pipelineInStack } from '../support';

const EXECUTE = 'arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:X/Api/$default';

/** What a role may do after the grant. */
function granted(made: PipelineInStack, grant: (pipeline: UploadIngestPipeline, grantee: iam.IGrantable) => iam.Grant): string[] {
  const role = new iam.Role(made.stack, 'Someone', { assumedBy: new iam.AccountRootPrincipal() });
  expect(grant(made.pipeline, role).success).toBe(true);
  return permissions(made.stack, role);
}

/** What of the API somebody may call: `POST/uploads` and the like. */
function calls(made: PipelineInStack, grant: (pipeline: UploadIngestPipeline, grantee: iam.IGrantable) => iam.Grant): string[] {
  const [action, list] = granted(made, grant).join().split(' on ');
  expect(action).toBe('execute-api:Invoke');
  return list.split(',').map((arn) => {
    expect(arn.startsWith(`${EXECUTE}/`)).toBe(true);
    return arn.slice(EXECUTE.length + 1);
  });
}

test('grantUpload lets somebody start uploads, follow, end and restart them', () => {
  expect(calls(pipelineInStack(), (pipeline, role) => pipeline.grantUpload(role))).toEqual([
    'POST/uploads', 'GET/uploads', 'POST/uploads/inline', 'POST/uploads/sessions', 'GET/uploads/*', 'DELETE/uploads/*',
    'POST/uploads/*/parts', 'POST/uploads/*/complete', 'POST/uploads/*/reprocess',
    'POST/s3/presign', 'GET/s3/params', 'POST/s3/multipart', 'GET/s3/multipart/*', 'POST/s3/multipart/*/complete', 'DELETE/s3/multipart/*',
  ]);
});

test('grantQuery lets somebody read records', () => {
  expect(calls(pipelineInStack(), (pipeline, role) => pipeline.grantQuery(role))).toEqual(['GET/records', 'GET/records/*']);
});

test.each([
  ['upload', (pipeline: UploadIngestPipeline, role: iam.IGrantable) => pipeline.grantUpload(role)],
  ['query', (pipeline: UploadIngestPipeline, role: iam.IGrantable) => pipeline.grantQuery(role)],
] as const)('the grant for %s covers the routes of that group and no others', (group, grant) => {
  const patterns = calls(pipelineInStack(), grant).map((call) => new RegExp(`^${call.replaceAll('*', '.+')}$`));
  const covered = ROUTES.filter(({ method, path }) => patterns.some((pattern) => pattern.test(`${method}${path}`)));
  expect(covered).toEqual(ROUTES.filter((route) => route.group === group));
});

test('grantReadFiles lets somebody read files and rejected rows', () => {
  expect(granted(pipelineInStack(), (pipeline, role) => pipeline.grantReadFiles(role))).toEqual([
    's3:GetObject on X/Bucket.Arn/uploads/*',
    's3:GetObject on X/Bucket.Arn/rejects/*',
  ]);
});

test('grantReadRecords lets somebody read the query table and its indexes', () => {
  const made = pipelineInStack(() => ({
    processor: UploadProcessor.records({
      schema: RecordSchema.of([Column.string('city')]), indexes: [RecordIndex.of({ indexName: 'by-city', partitionKey: 'city' })],
    }),
  }));
  expect(granted(made, (pipeline, role) => pipeline.grantReadRecords(role))).toEqual([
    'dynamodb:GetItem,dynamodb:BatchGetItem,dynamodb:Query,dynamodb:Scan on X/QueryTable.Arn',
    'dynamodb:Query on X/QueryTable.Arn/index/recent,X/QueryTable.Arn/index/by-city',
  ]);
});

test('grantReadRecords names no index where there is none', () => {
  const made = pipelineInStack(() => ({ queryTable: QueryTable.managed({ recentIndex: RecentIndex.none() }) }));
  expect(granted(made, (pipeline, role) => pipeline.grantReadRecords(role))).toEqual([
    'dynamodb:GetItem,dynamodb:BatchGetItem,dynamodb:Query,dynamodb:Scan on X/QueryTable.Arn',
  ]);
});

test('grantReadStatus lets somebody read the status table', () => {
  expect(granted(pipelineInStack(), (pipeline, role) => pipeline.grantReadStatus(role))).toEqual([
    'dynamodb:GetItem,dynamodb:BatchGetItem on X/StatusTable.Arn',
    'dynamodb:Query on X/StatusTable.Arn/index/recent',
  ]);
});

test.each([
  ['grantReadFiles', 'kms:Decrypt on Key.Arn'],
  ['grantReadRecords', 'kms:Decrypt,kms:DescribeKey on Key.Arn'],
  ['grantReadStatus', 'kms:Decrypt,kms:DescribeKey on Key.Arn'],
] as const)('%s lets the reader decrypt, and not encrypt', (method, line) => {
  const made = pipelineInStack((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }));
  const lines = granted(made, (pipeline, role) => pipeline[method](role));
  expect(lines.filter((each) => each.startsWith('kms:'))).toEqual(expect.arrayContaining([line]));
  expect(lines.filter((each) => each.includes('Encrypt') || each.includes('GenerateDataKey'))).toEqual([]);
});
