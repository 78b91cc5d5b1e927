import { RemovalPolicy } from 'aws-cdk-lib';
import { Resource, templateOf } from '../support';

const STATEFUL = ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::DynamoDB::Table'];

test.each([
  [undefined, 'Retain'],
  [RemovalPolicy.RETAIN, 'Retain'],
  [RemovalPolicy.DESTROY, 'Delete'],
])('removalPolicy %s makes bucket, queues and tables %s', (removalPolicy, expected) => {
  const all = Object.values(templateOf(() => ({ removalPolicy })).toJSON().Resources) as Resource[];
  const stateful = all.filter(({ Type }) => STATEFUL.includes(Type));
  expect(stateful).toHaveLength(5);
  const policies = stateful.flatMap(({ DeletionPolicy, UpdateReplacePolicy }) => [DeletionPolicy, UpdateReplacePolicy]);
  expect([...new Set(policies)]).toEqual([expected]);
});
