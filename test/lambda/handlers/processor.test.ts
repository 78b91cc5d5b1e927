import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { positionOf } from '../../../lambda-src/domain/lists/position';
import { untouched } from '../../../lambda-src/domain/uploads/work';
import { Env } from '../../../src/private/contract';
import { arrival, message, withProcessor } from '../../support/processor-function';
import { column, recordModel } from '../domain/records/record-models';

const fn = withProcessor(recordModel({
  columns: [column('name', 'string', { required: true }), column('price', 'decimal')],
  keys: { partitionKey: '{name}', sortKey: 'INFO' },
}));

test('a file becomes records, rejects, a status and metrics', async () => {
  const upload = await fn.send('name,price\naspirin,1.50\nbad,cheap\naspirin,2\n');
  const counted = { UploadsCompleted: 1, RowsAccepted: 1, RowsRejected: 2 };
  expect(await fn.call([message(arrival(upload))])).toEqual({ again: [], counted });
  expect(await fn.current(upload)).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 1, rejected: 2 }, deadline: null });
  const { Item } = await fn.documents.send(new GetCommand({ TableName: fn.environment[Env.QUERY_TABLE], Key: { _pk: 'aspirin', _sk: 'INFO' } }));
  const { uploadedAt, uploadId } = await fn.current(upload);
  expect(Item).toMatchObject({ name: 'aspirin', price: 1.5, _list: expect.stringMatching(/^[0-3]$/), _pos: positionOf({ at: uploadedAt!, uploadId, row: 1 }) });
  const rejects = await fn.clients.s3.send(new GetObjectCommand({ Bucket: fn.environment[Env.BUCKET], Key: `rejects/${uploadId}/ü + %.csv` }));
  expect(await rejects.Body!.transformToString()).toBe([
    'name,price,row,column,code,message',
    'bad,cheap,2,price,NOT_A_DECIMAL,"\'price\' must be a decimal number such as 12.5, got \'cheap\'"',
    'aspirin,2,3,,DUPLICATE_KEY,the row has the same key as an earlier row of the file',
    '',
  ].join('\r\n'));
  expect(fn.logged.join()).not.toContain('aspirin');
});

test('delivered again it is skipped, and counted once', async () => {
  const upload = await fn.send('name,price\na,1\n');
  await fn.call([message(arrival(upload))]);
  fn.logged.length = 0;
  const before = await fn.current(upload);
  expect(await fn.call([message(arrival(upload), { ApproximateReceiveCount: '2' })])).toEqual({ again: [], counted: {} });
  expect(await fn.current(upload)).toEqual(before);
});

test('a file at fault fails at once: its message does not come again', async () => {
  const upload = await fn.send('price\n1\n');
  expect(await fn.call([message(arrival(upload))])).toEqual({ again: [], counted: { UploadsFailed: 1 } });
  expect(await fn.current(upload)).toMatchObject({ status: 'FAILED', error: { code: 'MISSING_COLUMN', message: expect.stringContaining("the header lacks 'name', got ") as string } });
});

test('a message at fault comes again alone', async () => {
  const upload = await fn.send('name,price\nfine,1\n');
  const poison = message('{"hello":"world"}');
  const { again } = await fn.call([poison, message(arrival(upload)), message('{"Event":"s3:TestEvent"}')]);
  expect(again).toEqual([poison.messageId]);
  expect(await fn.current(upload)).toMatchObject({ status: 'COMPLETED' });
});

test('an upload that somebody works on comes again', async () => {
  const upload = await fn.send('name,price\nheld,1\n');
  await fn.hold(upload);
  const waiting = message(arrival(upload));
  expect(await fn.call([waiting])).toEqual({ again: [waiting.messageId], counted: {} });
  expect(fn.logged.join()).toMatch(/"seconds": ?(60|59)/);
});

test('the last attempt that fails ends the upload, is counted, and goes to the dead-letter queue', async () => {
  const upload = await fn.send('name,price\nlate,1\n');
  const broken = fn.load({ [Env.QUERY_TABLE]: 'not-there' });
  const second = message(arrival(upload), { ApproximateReceiveCount: '2' });
  expect(await fn.call([second], broken)).toEqual({ again: [second.messageId], counted: {} });
  expect(await fn.current(upload)).toMatchObject({ status: 'PROCESSING' });

  const last = message(arrival(upload), { ApproximateReceiveCount: '3' });
  expect(await fn.call([last], broken)).toEqual({ again: [last.messageId], counted: { UploadsFailed: 1 } });
  expect(await fn.current(upload)).toMatchObject({ status: 'FAILED', deadline: null, error: { code: 'PROCESSING_FAILED' } });
  expect(fn.logged.join()).toContain('ResourceNotFoundException');

  fn.logged.length = 0;
  expect(await fn.call([message(arrival(upload))], fn.load())).toMatchObject({ again: [], counted: { UploadsCompleted: 1 } });
});

test('of several files in one message one that fails does not keep the others', async () => {
  const [gone, fine] = [await fn.announce(), await fn.send('name,price\nother,1\n')];
  const held = await fn.announce();
  await fn.work.save({
    ...untouched({ ...held, status: 'PROCESSING' }), lease: { holder: 'other', until: new Date(Date.now() + 60_000).toISOString() },
  });
  const Records = [held, gone, fine].flatMap((upload) => (JSON.parse(arrival(upload)) as { Records: unknown[] }).Records);
  const all = message(JSON.stringify({ Records }));
  expect((await fn.call([all])).again).toEqual([all.messageId]);
  expect(await fn.current(gone)).toMatchObject({ error: { code: 'FILE_NOT_FOUND' } });
  expect(await fn.current(fine)).toMatchObject({ status: 'COMPLETED' });
});

test('an object that nobody announced is listed as failed', async () => {
  const Key = 'uploads/somebody put/this here.csv';
  await fn.clients.s3.send(new PutObjectCommand({ Bucket: fn.environment[Env.BUCKET], Key, Body: 'a\n1\n' }));
  const body = JSON.stringify({ 'source': 'aws.s3', 'detail-type': 'Object Created', 'time': '2026-01-01T00:00:00Z', 'detail': { object: { key: Key } } });
  expect(await fn.call([message(body)])).toEqual({ again: [], counted: { UploadsFailed: 1 } });
  const { Items } = await fn.documents.send(new ScanCommand({ TableName: fn.environment[Env.STATUS_TABLE] }));
  expect(Items!.filter(({ error }) => error?.code === 'UPLOAD_NOT_REGISTERED')).toMatchObject([{ files: [{ key: Key, fileName: 'this here.csv' }] }]);
});

test('a sweep ends what was overdue when it was asked for', async () => {
  const deadline = new Date(Date.now() - 60_000).toISOString();
  const overdue = await fn.announce({ deadline });
  const early = message('{"job":"sweep"}', { SentTimestamp: String(Date.parse(deadline) - 1) });
  expect(await fn.call([early])).toEqual({ again: [], counted: { UploadsFailed: 0 } });
  expect((await fn.current(overdue)).status).toBe('PENDING');
  expect((await fn.call([message('{"job":"sweep"}')])).again).toEqual([]);
  expect(await fn.current(overdue)).toMatchObject({ status: 'EXPIRED', deadline: null });
});
