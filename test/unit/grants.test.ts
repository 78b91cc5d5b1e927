import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { permissions, PipelineInStack, pipelineInStack } from './support';
import { Column, QueryTable, RecentIndex, RecordIndex, RecordSchema, UploadIngestPipeline, UploadProcessor } from '../../src';

const EXECUTE = 'arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:X/Api/$default';

/** What a role may do after the grant. */
function granted(made: PipelineInStack, grant: (pipeline: UploadIngestPipeline, grantee: iam.IGrantable) => iam.Grant): string[] {
  const role = new iam.Role(made.stack, 'Someone', { assumedBy: new iam.AccountRootPrincipal() });
  expect(grant(made.pipeline, role).success).toBe(true);
  return permissions(made.stack, role);
}

test('grantUpload lets somebody start uploads and follow them', () => {
  expect(granted(pipelineInStack(), (pipeline, role) => pipeline.grantUpload(role))).toEqual([
    `execute-api:Invoke on ${EXECUTE}/POST/uploads,${EXECUTE}/GET/uploads,${EXECUTE}/GET/uploads/*`,
  ]);
});

test('grantQuery lets somebody read records', () => {
  expect(granted(pipelineInStack(), (pipeline, role) => pipeline.grantQuery(role))).toEqual([
    `execute-api:Invoke on ${EXECUTE}/GET/records,${EXECUTE}/GET/records/*`,
  ]);
});

test('the two cover every route of the contract but the public one', () => {
  const { stack, pipeline } = pipelineInStack();
  const lines = granted({ stack, pipeline } as PipelineInStack, (given, role) => given.grantUpload(role).combine(given.grantQuery(role)));
  const patterns = lines.join().split(',').map((line) => line.split('$default/')[1]).filter(Boolean)
    .map((call) => new RegExp(`^${call.replaceAll('*', '.+')}$`));
  const routes = Object.values(Template.fromStack(stack).findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties.RouteKey as string);
  const refused = routes.filter((route) => !patterns.some((pattern) => pattern.test(route.replace(' /', '/'))));
  expect(refused).toEqual(['GET /health', '$default']);
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
