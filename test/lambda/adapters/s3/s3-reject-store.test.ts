import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { parse } from 'csv-parse/sync';
import { S3RejectStore } from '../../../../lambda-src/adapters/s3/s3-reject-store';
import { RejectLog } from '../../../../lambda-src/application/ingest/reject-log';
import { rejectsKey } from '../../../../lambda-src/domain/rejects/rejects-key';
import { REJECT_SEGMENTS_PREFIX } from '../../../../src/private/contract';
import { aReject, describeRejectStore, REJECT_HEADER, REJECTING_FILE } from '../../../support/contracts/reject-store';
import { InMemoryRejects } from '../../../support/fakes/in-memory-rejects';
import { withEngine } from '../../../support/with-engine';

describeRejectStore('InMemoryRejects', async () => {
  const store = new InMemoryRejects();
  return { store, read: async (key) => store.files.get(key), segments: async () => store.segments.size };
});

describe('on the local engine', () => {
  const engine = withEngine();

  const keysIn = async (Bucket: string, Prefix?: string) => (
    (await engine.clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []
  ).map(({ Key }) => Key!);
  const unfinishedIn = async (Bucket: string) => (await engine.clients.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];
  async function fileIn(Bucket: string) {
    const { Body, ContentType } = await engine.clients.s3.send(new GetObjectCommand({ Bucket, Key: rejectsKey(REJECTING_FILE) }));
    return { text: await Body!.transformToString(), ContentType };
  }

  describeRejectStore('S3RejectStore', async () => {
    const bucket = await engine.resources.bucket();
    return {
      store: new S3RejectStore(engine.clients.s3, bucket),
      read: async (key) => ((await keysIn(bucket, rejectsKey(key))).length > 0 ? (await fileIn(bucket)).text : undefined),
      segments: async () => (await keysIn(bucket, REJECT_SEGMENTS_PREFIX)).length,
    };
  });

  test('rejects lie beside the uploads under the same name, and their segments where no file of an upload can be', () => {
    expect(rejectsKey(REJECTING_FILE)).toBe('rejects/00000000-0000-4000-8000-000000000001/Müsli + 100%.csv');
    expect(REJECT_SEGMENTS_PREFIX).toBe('rejects/.segments/');
  });

  test('the file is CSV by RFC 4180 that reads back as it was, whatever is in the fields', async () => {
    const bucket = await engine.resources.bucket();
    const rows = [['plain', 'x'], ['line\nend', 'carriage\rreturn'], ['both\r\n', '"quoted", twice'], ['', ' blanks '], ['ü', '💊'], ['=1+1', "'"]];
    const rejects = new RejectLog(new S3RejectStore(engine.clients.s3, bucket), { fileKey: REJECTING_FILE, fence: '1' });
    rows.forEach((fields, nth) => rejects.add(REJECT_HEADER, aReject(nth + 1, ...fields)));
    await rejects.assemble();
    const { text, ContentType } = await fileIn(bucket);
    expect(ContentType).toBe('text/csv; charset=utf-8');
    expect(text.split('\r\n').slice(0, 2)).toEqual(['name,"a, ""note""\nof mine",row,column,code,message', 'plain,x,1,,WRONG_FIELD_COUNT,why']);
    expect(parse(text).slice(1)).toEqual(rows.map((fields, nth) => [...fields, String(nth + 1), '', 'WRONG_FIELD_COUNT', 'why']));
  });

  test('many megabytes are put together in parts', async () => {
    const bucket = await engine.resources.bucket();
    const rejects = new RejectLog(new S3RejectStore(engine.clients.s3, bucket), { fileKey: REJECTING_FILE, fence: '1' });
    const note = 'ü'.repeat(50_000);
    for (let row = 1; row <= 150; row++) {
      rejects.add(REJECT_HEADER, aReject(row, `row ${row}`, note));
      if (rejects.isFull) await rejects.flush();
    }
    expect(rejects.stored).toEqual([{ fence: '1', segments: 1 }]);
    await rejects.assemble();
    const lines = parse((await fileIn(bucket)).text) as string[][];
    expect(lines.slice(1).map(([name]) => name)).toEqual(Array.from({ length: 150 }, (_, nth) => `row ${nth + 1}`));
    expect(lines.every((line) => line.length === 6)).toBe(true);
    expect(await unfinishedIn(bucket)).toEqual([]);
  }, 60_000);

  test('of segments that cannot be put together no parts remain', async () => {
    const bucket = await engine.resources.bucket();
    const rejects = new RejectLog(new S3RejectStore(engine.clients.s3, bucket), { fileKey: REJECTING_FILE, fence: '2', stored: [{ fence: '1', segments: 1 }] });
    await expect(rejects.assemble()).rejects.toThrow();
    expect([await keysIn(bucket), await unfinishedIn(bucket)]).toEqual([[], []]);
  });
});
