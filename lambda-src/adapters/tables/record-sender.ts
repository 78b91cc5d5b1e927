import { Attribute } from '../../../src/private/contract';
import { BuiltRecord, RecordContext } from '../../domain/records/record-builder';
import { AwsError, NetworkCode } from '../aws/aws-error';
import { Service } from '../aws/endpoint';
import { HttpAnswer } from '../aws/http-answer';
import { PooledRequests } from '../aws/pooled-requests';

export interface RecordSenderPorts {
  /** Requests to DynamoDB. */
  readonly requests: Pick<PooledRequests, 'post' | 'setClock'>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Between 0 and 1, for the jitter. */
  readonly random: () => number;
}

/** As many requests may be under way as the window ever lets go, and some that look for duplicates. */
const CONNECTIONS = 64;
const MOST_ATTEMPTS = 8;
const FIRST_PAUSE = 50;
const API = 'DynamoDB_20120810';

/** What DynamoDB says when everything is in the table. */
const ALL_TAKEN = '{"UnprocessedItems":{}}';
/** The whole request was refused for going too fast: to us the same as a batch of unprocessed items. */
const THROTTLES = new Set(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException', 'ThrottledException']);
/** The signature is too old or not valid yet. */
const CLOCK_ERRORS = new Set(['InvalidSignatureException', 'RequestExpired', 'RequestTimeTooSkewed', 'RequestInTheFuture']);

const BETWEEN = Buffer.from('}},{"PutRequest":{"Item":');
const AFTER = Buffer.from('}}]}}');

type Item = Readonly<Record<string, { readonly S?: string } | undefined>>;

/**
 * The query table, as the processor writes to it: without a client of the SDK, whose layers cost several times as much as
 * everything else that a row needs.
 */
export class RecordSender {
  private readonly before: Buffer;

  constructor(
    private readonly tableName: string,
    private readonly keyNames: RecordContext['keyNames'],
    private readonly ports: RecordSenderPorts = realPorts(),
  ) {
    this.before = Buffer.from(`{"RequestItems":{${JSON.stringify(tableName)}:[{"PutRequest":{"Item":`);
  }

  /** Writes up to 25 records in one request; returns those that the table did not take. */
  public send(records: readonly BuiltRecord[]): Promise<readonly BuiltRecord[]> {
    return this.put(records, this.requestOf(records));
  }

  /** The position of the record that the table has under the record's key. */
  public async storedPosition({ partitionKey, sortKey }: Pick<BuiltRecord, 'partitionKey' | 'sortKey'>): Promise<string | undefined> {
    const { partitionKey: pk, sortKey: sk } = this.keyNames;
    const body = Buffer.from(JSON.stringify({
      TableName: this.tableName,
      Key: { [pk]: { S: partitionKey }, [sk]: { S: sortKey } },
      ProjectionExpression: '#position',
      ExpressionAttributeNames: { '#position': Attribute.POSITION },
      ConsistentRead: true,
    }));
    for (let attempt = 1; ; attempt++) {
      const answer = await this.call('GetItem', body);
      if (answer) return (parsed(answer).Item as Item | undefined)?.[Attribute.POSITION]?.S;
      await this.pause(attempt);
    }
  }

  private requestOf(records: readonly BuiltRecord[]): Buffer {
    let size = this.before.length + BETWEEN.length * (records.length - 1) + AFTER.length;
    for (const { item } of records) size += item.byteLength;
    const request = Buffer.allocUnsafe(size);
    let at = this.before.copy(request);
    for (const [nth, { item }] of records.entries()) {
      if (nth > 0) at += BETWEEN.copy(request, at);
      at = item.copyTo(request, at);
    }
    AFTER.copy(request, at);
    return request;
  }

  private async put(records: readonly BuiltRecord[], body: Buffer): Promise<readonly BuiltRecord[]> {
    const answer = await this.call('BatchWriteItem', body);
    if (answer === undefined) return records;
    return answer.body === ALL_TAKEN ? [] : this.unprocessed(records, answer);
  }

  private unprocessed(records: readonly BuiltRecord[], answer: HttpAnswer): readonly BuiltRecord[] {
    const { UnprocessedItems: left = {} } = parsed(answer) as { UnprocessedItems?: Record<string, { PutRequest: { Item: Item } }[]> };
    const requests = left[this.tableName] ?? [];
    const { partitionKey, sortKey } = this.keyNames;
    const keys = new Set(requests.map(({ PutRequest: { Item } }) => `${Item[partitionKey]?.S}\u0000${Item[sortKey]?.S}`));
    const refused = records.filter((record) => keys.has(`${record.partitionKey}\u0000${record.sortKey}`));
    // A key that comes back in another form must not be lost: putting a record twice does no harm.
    return refused.length < requests.length ? records : refused;
  }

  /** The answer of a call that DynamoDB took; undefined: it was refused for going too fast. */
  private async call(operation: string, body: Buffer): Promise<HttpAnswer | undefined> {
    let hasNewClock = false;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.ports.requests.post(`${API}.${operation}`, body).catch((error: Error) => networkError(operation, error));
      if (!(answer instanceof AwsError)) {
        if (answer.status === 200) return answer;
        const error = refusal(operation, answer);
        if (THROTTLES.has(error.code)) return undefined;
        if (CLOCK_ERRORS.has(error.code) && !hasNewClock) {
          this.ports.requests.setClock(answer);
          hasNewClock = true;
          continue;
        }
        if (answer.status < 500 || attempt === MOST_ATTEMPTS) throw error;
      } else if (attempt === MOST_ATTEMPTS) {
        throw answer;
      }
      await this.pause(attempt);
    }
  }

  private async pause(attempt: number): Promise<void> {
    await this.ports.sleep(this.ports.random() * FIRST_PAUSE * 2 ** Math.min(attempt, MOST_ATTEMPTS));
  }
}

function realPorts(): RecordSenderPorts {
  return {
    requests: new PooledRequests(Service.DYNAMODB, { connections: CONNECTIONS }),
    sleep: (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); }),
    random: Math.random,
  };
}

function networkError(operation: string, cause: Error): AwsError {
  return new AwsError({ service: Service.DYNAMODB.name, operation, status: 0, code: NetworkCode.NETWORK, message: cause.message, cause });
}

function refusal(operation: string, answer: HttpAnswer): AwsError {
  const { __type: type, message, Message } = parsed(answer);
  const code = typeof type === 'string' ? type.slice(type.indexOf('#') + 1) : `Http${answer.status}`;
  const said = [message, Message].find((text) => typeof text === 'string') as string | undefined;
  return new AwsError({ service: Service.DYNAMODB.name, operation, status: answer.status, code, message: said });
}

/** A proxy that is in the way may answer with anything. */
function parsed({ body }: HttpAnswer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}
