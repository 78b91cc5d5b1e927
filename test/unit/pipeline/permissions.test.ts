import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Column, QueryTable, RecentIndex, RecordIndex, RecordSchema, UploadProcessor } from '../../../src';
import { permissions, pipelineInStack, resources, Statement } from '../support';

const role = (made: ReturnType<typeof pipelineInStack>, id: string) => permissions(made.stack, made.pipeline.node.findChild(`${id}Role`));
const byDefault = pipelineInStack();

const EXECUTIONS = 'arn:AWS::Partition:states:AWS::Region:AWS::AccountId:execution:X/FanOut/StateMachine.Name';
const STATUS_CALLS = 'dynamodb:GetItem,dynamodb:PutItem,dynamodb:UpdateItem,dynamodb:DeleteItem on X/StatusTable.Arn';

test('the upload API may sign for files, begin and look at multipart uploads, create uploads and log', () => {
  expect(role(byDefault, 'UploadApi')).toEqual([
    'logs:CreateLogStream,logs:PutLogEvents on X/UploadApiLogs.Arn',
    's3:PutObject,s3:AbortMultipartUpload,s3:ListMultipartUploadParts on X/Bucket.Arn/uploads/*',
    STATUS_CALLS,
  ]);
});

test('the completion API may put files together, look at them and delete them, change uploads, send jobs and log', () => {
  expect(role(byDefault, 'CompletionApi')).toEqual([
    'logs:CreateLogStream,logs:PutLogEvents on X/CompletionApiLogs.Arn',
    's3:PutObject,s3:AbortMultipartUpload,s3:ListMultipartUploadParts on X/Bucket.Arn/uploads/*',
    's3:GetObject on X/Bucket.Arn/uploads/*',
    's3:DeleteObject on X/Bucket.Arn/uploads/*',
    's3:ListBucket on X/Bucket.Arn',
    STATUS_CALLS,
    'sqs:SendMessage on X/Queue.Arn',
  ]);
});

test('the query API may read the two tables, look for and sign for rejected rows and log', () => {
  expect(role(byDefault, 'QueryApi')).toEqual([
    'logs:CreateLogStream,logs:PutLogEvents on X/QueryApiLogs.Arn',
    's3:GetObject on X/Bucket.Arn/rejects/*',
    's3:ListBucket on X/Bucket.Arn',
    'dynamodb:GetItem on X/StatusTable.Arn',
    'dynamodb:Query on X/StatusTable.Arn/index/recent',
    'dynamodb:GetItem,dynamodb:Query on X/QueryTable.Arn',
    'dynamodb:Query on X/QueryTable.Arn/index/recent',
  ]);
});

test('the processor may read and delete files, write rejects, records and the state of uploads, send and take messages and log', () => {
  expect(role(byDefault, 'Processor')).toEqual([
    'logs:CreateLogStream,logs:PutLogEvents on X/ProcessorLogs.Arn',
    's3:GetObject on X/Bucket.Arn/uploads/*',
    's3:PutObject,s3:AbortMultipartUpload on X/Bucket.Arn/rejects/*',
    's3:ListBucket on X/Bucket.Arn',
    'dynamodb:GetItem,dynamodb:PutItem on X/StatusTable.Arn',
    'dynamodb:Query on X/StatusTable.Arn/index/deadline',
    'dynamodb:BatchWriteItem,dynamodb:GetItem on X/QueryTable.Arn',
    's3:GetObject on X/Bucket.Arn/rejects/.segments/*',
    's3:DeleteObject on X/Bucket.Arn/rejects/*',
    's3:DeleteObject,s3:AbortMultipartUpload on X/Bucket.Arn/uploads/*',
    'sqs:SendMessage on X/Queue.Arn',
    'sqs:ReceiveMessage,sqs:ChangeMessageVisibility,sqs:GetQueueUrl,sqs:DeleteMessage,sqs:GetQueueAttributes on X/Queue.Arn',
    'states:StartExecution on X/FanOut/StateMachine',
    `states:DescribeExecution on ${EXECUTIONS}:*`,
  ]);
});

test('the worker of ranges may read files, write rejects, records and how far ranges are, ask how executions are, and log', () => {
  expect(role(byDefault, 'RangeWorker')).toEqual([
    'logs:CreateLogStream,logs:PutLogEvents on X/RangeWorkerLogs.Arn',
    's3:GetObject on X/Bucket.Arn/uploads/*',
    's3:PutObject,s3:AbortMultipartUpload on X/Bucket.Arn/rejects/*',
    's3:ListBucket on X/Bucket.Arn',
    's3:GetObject on X/Bucket.Arn/rejects/.segments/*',
    's3:DeleteObject on X/Bucket.Arn/rejects/*',
    'dynamodb:GetItem,dynamodb:PutItem,dynamodb:UpdateItem on X/StatusTable.Arn',
    'dynamodb:BatchWriteItem on X/QueryTable.Arn',
    'states:DescribeExecution on arn:AWS::Partition:states:AWS::Region:AWS::AccountId:execution:X/FanOut/StateMachine.Name:*',
  ]);
});

test('the state machine may call its function, start what its maps start, and have its logs delivered', () => {
  const machine = byDefault.pipeline.node.findChild('FanOut');
  const calls = permissions(byDefault.stack, machine.node.findChild('Role'));
  expect(calls.filter((line) => !line.startsWith('logs:'))).toEqual(expect.arrayContaining([
    'lambda:InvokeFunction on X/RangeWorker.Arn',
    'states:StartExecution on X/FanOut/StateMachine',
    `states:DescribeExecution,states:StopExecution on ${EXECUTIONS}:*`,
    `states:RedriveExecution on ${EXECUTIONS}/Survey:*,${EXECUTIONS}/Ingest:*`,
  ]));
  expect(calls).toHaveLength(5);
  expect(calls.find((line) => line.startsWith('logs:'))).toMatch(/^logs:CreateLogDelivery,.* on \*$/);
});

test('no role has a managed policy', () => {
  for (const { Properties } of resources(Template.fromStack(byDefault.stack), 'AWS::IAM::Role')) {
    expect(Properties.ManagedPolicyArns).toBeUndefined();
    expect(Properties.Policies).toBeUndefined();
  }
});

test('a declared index can be queried by its own name', () => {
  const made = pipelineInStack(() => ({
    processor: UploadProcessor.records({
      schema: RecordSchema.of([Column.string('city')]),
      indexes: [RecordIndex.of({ indexName: 'by-city', partitionKey: 'city' })],
    }),
  }));
  expect(role(made, 'QueryApi')).toContain('dynamodb:Query on X/QueryTable.Arn/index/recent,X/QueryTable.Arn/index/by-city');
});

test('without indexes there is no permission for any', () => {
  const made = pipelineInStack(() => ({ queryTable: QueryTable.managed({ recentIndex: RecentIndex.none() }) }));
  expect(role(made, 'QueryApi').filter((line) => line.includes('X/QueryTable'))).toEqual(['dynamodb:GetItem,dynamodb:Query on X/QueryTable.Arn']);
});

test('with a key every function may use it for what it does, and for nothing else', () => {
  const made = pipelineInStack((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }));
  const onKey = (id: string) => [...new Set(role(made, id).filter((line) => line.endsWith(' on Key.Arn')).flatMap((line) => line.split(' ')[0].split(',')))].sort();
  const write = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
  expect(onKey('UploadApi')).toEqual(write);
  expect(onKey('CompletionApi')).toEqual(write);
  expect(onKey('QueryApi')).toEqual(['kms:Decrypt', 'kms:DescribeKey']);
  expect(onKey('Processor')).toEqual(write);
});

test.each([
  ['by default', byDefault],
  ['with a key', pipelineInStack((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }))],
])('no action and no resource is a wildcard, %s, but objects under a prefix', (_case, { stack, pipeline }) => {
  const statements = resources(Template.fromStack(stack), 'AWS::IAM::Policy')
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
  expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  const wildcards = ['UploadApi', 'CompletionApi', 'QueryApi', 'Processor', 'RangeWorker']
    .flatMap((id) => permissions(stack, pipeline.node.findChild(`${id}Role`)))
    .flatMap((line) => line.split(' on ')[1].split(','))
    .filter((resource) => resource.includes('*'));
  expect([...new Set(wildcards)].sort()).toEqual(['X/Bucket.Arn/rejects/*', 'X/Bucket.Arn/rejects/.segments/*', 'X/Bucket.Arn/uploads/*', `${EXECUTIONS}:*`]);
});
