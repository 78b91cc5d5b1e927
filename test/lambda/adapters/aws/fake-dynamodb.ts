import { AwsError } from '../../../../lambda-src/adapters/aws/aws-error';
import { DynamoDb, Input, Operation, Output, WireItem } from '../../../../lambda-src/adapters/aws/dynamodb';

/** A DynamoDB that answers every call by a function. */
export function dynamoDbAnswering(answer: (operation: Operation, input: Input<Operation>) => object): DynamoDb {
  return { call: async <O extends Operation>(operation: O, input: Input<O>) => answer(operation, input) as Output<O> };
}

/** What a write throws whose condition does not hold. */
export function conditionFailed(item?: WireItem): AwsError {
  return new AwsError({ service: 'dynamodb', operation: 'PutItem', status: 400, code: 'ConditionalCheckFailedException', body: item ? { Item: item } : {} });
}

/** What happens when the first answer of a write does not come: it is written again. */
export function losingAnswers(client: DynamoDb): DynamoDb {
  const call = async <O extends Operation>(operation: O, input: Input<O>) => {
    if (operation === 'PutItem') await client.call(operation, input).catch(() => undefined);
    return client.call(operation, input);
  };
  return { call };
}
