import * as fc from 'fast-check';
import { parseMessage } from '../../../../lambda-src/domain/uploads/message';

const AT = '2026-01-01T00:00:00.000Z';

const notification = (...keys: string[]) => JSON.stringify({
  Records: keys.map((key) => ({ eventVersion: '2.1', eventSource: 'aws:s3', eventName: 'ObjectCreated:Post', eventTime: AT, s3: { object: { key, size: 3 } } })),
});
const eventBridge = (key: string) => JSON.stringify({ 'source': 'aws.s3', 'detail-type': 'Object Created', 'time': '2026-01-01T00:00:00Z', 'detail': { object: { key } } });
const file = (key: string) => ({ kind: 'files', files: [{ key, arrivedAt: AT }] });

/** How S3 writes keys into its notifications. */
const encoded = (key: string) => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

test.each([
  ['uploads/id/a+b+c.csv', 'uploads/id/a b c.csv'],
  ['uploads/id/1%2B1.csv', 'uploads/id/1+1.csv'],
  ['uploads/id/M%C3%BCsli%2B+%26+100%25.csv', 'uploads/id/Müsli+ & 100%.csv'],
  ['uploads/id/%F0%9F%92%8A.csv', 'uploads/id/💊.csv'],
  ['uploads/id/%2541.csv', 'uploads/id/%41.csv'],
])("S3's own notification has encoded keys: %s", (key, expected) => {
  expect(parseMessage(notification(key))).toEqual(file(expected));
});

test('every key survives either way to the queue', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 1 }).filter((key) => key.isWellFormed()), (key) => {
    expect(parseMessage(notification(encoded(key)))).toEqual(file(key));
    expect(parseMessage(eventBridge(key))).toEqual(file(key));
  }));
});

test('a notification may have several files, or none', () => {
  expect(parseMessage(notification('a', 'b'))).toEqual({ kind: 'files', files: [{ key: 'a', arrivedAt: AT }, { key: 'b', arrivedAt: AT }] });
  expect(parseMessage('{"Records":[]}')).toEqual({ kind: 'files', files: [] });
});

test('the event by which S3 tries the queue asks for nothing', () => {
  expect(parseMessage('{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-01T00:00:00.000Z","Bucket":"b"}')).toEqual({ kind: 'test' });
});

test('jobs of ours', () => {
  expect(parseMessage('{"job":"sweep"}')).toEqual({ kind: 'sweep' });
  const job = { job: 'ingest', uploadId: 'u', tenantId: 't', files: [{ name: 'file', key: 'uploads/u/a.csv' }] };
  expect(parseMessage(JSON.stringify(job))).toEqual({ kind: 'ingest', uploadId: 'u', tenantId: 't' });
});

test.each([
  ['nothing', ''], ['no JSON', 'hello'], ['null', 'null'], ['a list', '[]'], ['a text', '"sweep"'], ['an empty object', '{}'],
  ['an unknown job', '{"job":"dance"}'], ['a job without an upload', '{"job":"ingest","tenantId":"-"}'],
  ['a job without a tenant', '{"job":"ingest","uploadId":"u"}'], ['another source', '{"source":"aws.ec2","detail":{"object":{"key":"a"}}}'],
  ['a record that is none', '{"Records":[null]}'], ['a record without a key', '{"Records":[{"eventTime":"2026-01-01T00:00:00Z","s3":{}}]}'],
  ['a key that is no text', '{"Records":[{"eventTime":"2026-01-01T00:00:00Z","s3":{"object":{"key":7}}}]}'],
  ['a key that is not encoded', notification('100%.csv')], ['a time that is none', '{"Records":[{"eventTime":"noon","s3":{"object":{"key":"a"}}}]}'],
  ['an event without a key', '{"source":"aws.s3","time":"2026-01-01T00:00:00Z","detail":{}}'],
])('anything else is refused, so that it ends in the dead-letter queue: %s', (_, body) => {
  expect(() => parseMessage(body)).toThrow();
});

test('an error does not quote what is in a message', () => {
  expect(() => parseMessage('{"Records":[{"s3":secret')).toThrow(new Error('the message is not JSON'));
});

test('nothing but these messages gets through', () => {
  fc.assert(fc.property(fc.json(), (body) => {
    try {
      expect(parseMessage(body).kind).toBe('files');
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  }));
});
