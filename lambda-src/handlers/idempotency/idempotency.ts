import type { DynamoDb } from '../../adapters/aws/dynamodb';
import { IdempotencyTable } from '../../adapters/tables/idempotency-table';
import type { AnswerOnce } from '../http/idempotency';
import { answerOnceWith } from './answer-once';

/** A file of its own beside the function, which loads it with the first key; a sixth of what a cold start would load. */
export function openIdempotency(client: DynamoDb, tableName: string): AnswerOnce {
  return answerOnceWith(new IdempotencyTable(client, tableName));
}
