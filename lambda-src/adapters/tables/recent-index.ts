import { Attribute } from '../../../src/private/contract';
import { MergeRequest, mergePages, Page } from '../../domain/lists/merge-pages';
import { ANSWER_SIZE } from './answer-size';

/** One partition of a recent index, newest first below a position. */
export interface ShardQuery {
  readonly TableName: string;
  readonly IndexName: string;
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, { readonly S: string }>;
  readonly ScanIndexForward: false;
  readonly Limit: number;
}

export interface ShardQueryProps {
  readonly tableName: string;
  readonly indexName: string;
  readonly partition: string;
  readonly before: string | undefined;
  readonly limit: number;
}

export function shardQuery({ tableName, indexName, partition, before, limit }: ShardQueryProps): ShardQuery {
  return {
    TableName: tableName,
    IndexName: indexName,
    KeyConditionExpression: before === undefined ? '#list = :list' : '#list = :list AND #pos < :before',
    ExpressionAttributeNames: { '#list': Attribute.LIST, ...(before === undefined ? {} : { '#pos': Attribute.POSITION }) },
    ExpressionAttributeValues: { ':list': { S: partition }, ...(before === undefined ? {} : { ':before': { S: before } }) },
    ScanIndexForward: false,
    Limit: limit,
  };
}

/** Rounds take some 10 ms each; with a second each the answer would still come before API Gateway's 30 seconds are over. */
const MAX_ROUNDS = 20;

/** One page over all shards, of a size that a function can answer with. */
export function recentPage<T>(request: Omit<MergeRequest<T>, 'weigh' | 'maxWeight' | 'maxRounds'>): Promise<Page<T>> {
  return mergePages({ ...request, ...ANSWER_SIZE, maxRounds: MAX_ROUNDS });
}
