import type {
  AttributeValue, DeleteItemCommandInput, GetItemCommandInput, GetItemCommandOutput, PutItemCommandInput, PutItemCommandOutput,
  QueryCommandInput, QueryCommandOutput, UpdateItemCommandInput, UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { AwsError, isAwsError } from './aws-error';
import { Service } from './endpoint';
import { callJson, JsonProtocol } from './json-protocol';
import { SignedRequests } from './signed-requests';

interface Operations {
  GetItem: { input: GetItemCommandInput; output: GetItemCommandOutput };
  PutItem: { input: PutItemCommandInput; output: PutItemCommandOutput };
  UpdateItem: { input: UpdateItemCommandInput; output: UpdateItemCommandOutput };
  DeleteItem: { input: DeleteItemCommandInput; output: object };
  Query: { input: QueryCommandInput; output: QueryCommandOutput };
}
export type Operation = keyof Operations;
export type Input<O extends Operation> = Operations[O]['input'];
export type Output<O extends Operation> = Omit<Operations[O]['output'], '$metadata'>;

/** An item as it is on the wire: numbers are text, with all of their digits. */
export type WireItem = Record<string, AttributeValue>;

/** What the stores need of DynamoDB. */
export interface DynamoDb {
  call<O extends Operation>(operation: O, input: Input<O>): Promise<Output<O>>;
}

const PROTOCOL: JsonProtocol = { service: Service.DYNAMODB, target: 'DynamoDB_20120810', version: '1.0', parse: parseWithBinary };

/** DynamoDB with the SDK's types and without its client. */
export class LightDynamoDb implements DynamoDb {
  constructor(private readonly requests = new SignedRequests()) {}

  /** Nothing of ours is binary, so that an input holds no bytes; an item of somebody else's table may. */
  public async call<O extends Operation>(operation: O, input: Input<O>): Promise<Output<O>> {
    return await callJson(this.requests, PROTOCOL, operation, input) as Output<O>;
  }
}

/** A plain object as an item; members that are undefined are left out. */
export function toWire(plain: object): WireItem {
  return marshall(plain, { removeUndefinedValues: true });
}

/** An item as a plain object, whose numbers are no larger than JavaScript's. */
export function fromWire(item: WireItem): Record<string, unknown> {
  return unmarshall(item);
}

/** A write whose condition did not hold. */
export function isConditionFailed(error: unknown): error is AwsError {
  return isAwsError(error, 'ConditionalCheckFailedException');
}

/** The item that stood in the way, where the write asked for it (`ReturnValuesOnConditionCheckFailure`). */
export function itemInTheWay({ body }: AwsError): WireItem | undefined {
  return body.Item as WireItem | undefined;
}

/** On the wire bytes are base64. A function called for every value of a page costs more than its parsing, so it is so only when needed. */
function parseWithBinary(body: string): unknown {
  return /"BS?":/.test(body) ? JSON.parse(body, fromBase64) : JSON.parse(body);
}

/** The value of an attribute called `B` is no text but an object, such as `{"S":"…"}`; so text under `B` is bytes. */
function fromBase64(name: string, value: unknown): unknown {
  if (name === 'B' && typeof value === 'string') return Buffer.from(value, 'base64');
  return name === 'BS' && Array.isArray(value) ? value.map((text) => Buffer.from(String(text), 'base64')) : value;
}
