import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

/** The status table, for what the API neither shows nor does. */
export class StoredUploads {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  /** Makes an upload overdue. */
  async passDeadline(uploadId: string): Promise<void> {
    await this.client.send(new UpdateItemCommand({
      TableName: this.tableName,
      Key: { uploadId: { S: uploadId } },
      UpdateExpression: 'SET #deadline = :past',
      ExpressionAttributeNames: { '#deadline': 'deadline' },
      ExpressionAttributeValues: { ':past': { S: '2020-01-01T00:00:00.000Z' } },
    }));
  }

  /** Waits until the processor has written down that a file is there. */
  async noted(uploadId: string, key: string): Promise<void> {
    for (;;) {
      const item = await this.read(uploadId);
      if (item?.files.L?.some(({ M }) => M?.key.S === key && M.arrival)) return;
      await delay(100);
    }
  }

  /** Who has the lease, if there is one. */
  async leaseHolder(uploadId: string): Promise<string | undefined> {
    return (await this.read(uploadId))?.lease?.M?.holder.S;
  }

  private async read(uploadId: string) {
    const { Item } = await this.client.send(new GetItemCommand({
      TableName: this.tableName, Key: { uploadId: { S: uploadId } }, ConsistentRead: true,
    }));
    return Item;
  }
}
