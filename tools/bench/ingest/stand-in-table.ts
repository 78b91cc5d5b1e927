/** What a stand-in for DynamoDB is to be like. */
export interface TableRules {
  /** How long an answer takes. @default - as little as possible */
  readonly latencyMs?: number;
  /** Records a second that it takes; what is not used is lost after a tenth of a second. @default - any number */
  readonly limit?: number;
}

export interface TableCounts {
  requests: number;
  accepted: number;
  rejected: number;
  /** Writes of an upload's status. */
  statusWrites: number;
  /** When the first record was there, and the last, in epoch milliseconds; 0: none. */
  firstAt: number;
  lastAt: number;
}

const NOTHING: TableCounts = { requests: 0, accepted: 0, rejected: 0, statusWrites: 0, firstAt: 0, lastAt: 0 };
const ALL_TAKEN = '{"UnprocessedItems":{}}';
const PUT = Buffer.from('{"PutRequest":');
const SAVED_MS = 100;

/** A table of records that keeps none and counts them, and one of uploads. */
export class StandInTable {
  public readonly counts: TableCounts = { ...NOTHING };
  private tokens = 0;
  private tokensAt = performance.now();

  /** @param uploads their status items as JSON, by their ids */
  constructor(private readonly rules: TableRules, private readonly uploads: Map<string, string>) {}

  public answer(operation: string, body: Buffer): string {
    if (operation === 'BatchWriteItem') return this.write(body);
    const { Key, Item } = JSON.parse(body.toString()) as { Key?: Record<string, { S: string }>; Item?: Record<string, { S: string }> };
    if (operation === 'GetItem') {
      const found = this.uploads.get(Key?.uploadId?.S ?? '');
      return found === undefined ? '{}' : `{"Item":${found}}`;
    }
    if (operation !== 'PutItem') return '{}';
    this.uploads.set(Item!.uploadId.S, JSON.stringify(Item));
    this.counts.statusWrites++;
    return '{}';
  }

  private write(body: Buffer): string {
    const { limit } = this.rules;
    this.counts.requests++;
    if (limit !== undefined) return this.writeSome(body, limit);
    let puts = 0;
    for (let at = body.indexOf(PUT); at >= 0; at = body.indexOf(PUT, at + PUT.length)) puts++;
    this.count(puts, 0);
    return ALL_TAKEN;
  }

  private writeSome(body: Buffer, limit: number): string {
    const { RequestItems } = JSON.parse(body.toString()) as { RequestItems: Record<string, unknown[]> };
    const [[table, puts]] = Object.entries(RequestItems);
    const now = performance.now();
    this.tokens = Math.min(this.tokens + (now - this.tokensAt) * limit / 1000, limit * SAVED_MS / 1000);
    this.tokensAt = now;
    const taken = Math.min(puts.length, Math.floor(this.tokens));
    this.tokens -= taken;
    this.count(taken, puts.length - taken);
    return taken === puts.length ? ALL_TAKEN : JSON.stringify({ UnprocessedItems: { [table]: puts.slice(taken) } });
  }

  /** Forgets what was counted so far. */
  public begin(): void {
    Object.assign(this.counts, NOTHING);
  }

  private count(accepted: number, rejected: number): void {
    const { counts } = this;
    counts.accepted += accepted;
    counts.rejected += rejected;
    if (accepted === 0) return;
    counts.lastAt = Date.now();
    counts.firstAt ||= counts.lastAt;
  }
}
