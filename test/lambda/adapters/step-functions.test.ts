import { gzipSync } from 'node:zlib';
import { StepFunctionsFanOut } from '../../../lambda-src/adapters/step-functions';
import { announcedFile, Upload } from '../../../lambda-src/domain/uploads/upload';
import { CSV, FormatModel } from '../../../src/private/contract';
import { InMemoryBytes } from '../../support/fakes/in-memory-bytes';
import { Invocation } from '../../support/fakes/invocation';
import { anUpload } from '../../support/fakes/uploads';
import { withServer } from './aws/aws-server';
import { FakeAws } from './aws/fake-aws';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:Machine-1';
const aws = withServer(new FakeAws());

interface Content {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** A fan-out above 100 bytes, of an upload with these files. */
function fanOutOf(contents: readonly Content[], formats?: readonly FormatModel[]): { fanOut: StepFunctionsFanOut; upload: Upload } {
  const files = contents.map(({ fileName, bytes }, nth) => ({
    ...announcedFile({ name: `f${nth}`, fileName, key: `k${nth}`, contentType: 'text/csv', size: bytes.length }), arrival: { at: '', etag: `e${nth}` },
  }));
  const open = async (key: string, etag?: string) => {
    const nth = files.findIndex((file) => file.key === key);
    expect(etag).toBe(`e${nth}`);
    return new InMemoryBytes({ bytes: Buffer.from(contents[nth].bytes), contentType: 'text/csv' }, { chunkSize: 3, invocation: new Invocation() });
  };
  const totalBytes = contents.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return {
    fanOut: new StepFunctionsFanOut({ stateMachineArn: MACHINE, above: 100, model: { formats }, open }),
    upload: { ...anUpload(1), files, progress: { bytes: 0, totalBytes } },
  };
}

const csv = (size: number): Content => ({ fileName: 'a.csv', bytes: Buffer.alloc(size, 'a,b\n') });

describe('an upload is taken', () => {
  const taken = async (contents: readonly Content[], formats?: readonly FormatModel[]) => {
    const { fanOut, upload } = fanOutOf(contents, formats);
    return fanOut.takes(upload);
  };

  test('if its files have more bytes together than a limit', async () => {
    expect(await taken([csv(100)])).toBe(false);
    expect(await taken([csv(101)])).toBe(true);
    expect(await taken([csv(50), csv(51)])).toBe(true);
  });

  test('unless one of them is packed, or in another encoding, or in a format that cannot be cut', async () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 500 }, (_, n) => `${n * n},`).join('')));
    const utf16 = Buffer.concat([Buffer.from([0xFF, 0xFE]), Buffer.from('a,b\n'.repeat(100), 'utf16le')]);
    expect(await taken([csv(200), { fileName: 'b.csv', bytes: packed }])).toBe(false);
    expect(await taken([csv(200), { fileName: 'b.csv', bytes: utf16 }])).toBe(false);
    expect(await taken([csv(200), { fileName: 'b.csv', bytes: Buffer.concat([Buffer.from('\ufeff'), csv(4).bytes]) }])).toBe(true);
    const formats: FormatModel[] = [CSV, { kind: 'json', encoding: null }, { kind: 'ndjson', encoding: null }];
    expect(await taken([csv(200), { fileName: 'b.json', bytes: Buffer.from('[]') }], formats)).toBe(false);
    expect(await taken([csv(200), { fileName: 'b.ndjson', bytes: Buffer.from('{}') }], formats)).toBe(true);
    expect(await taken([csv(200)], [{ ...CSV, encoding: 'latin1' }])).toBe(false);
  });
});

describe('an execution', () => {
  const { fanOut, upload } = fanOutOf([csv(200)]);

  test('is started under its name, with the upload as its input', async () => {
    aws.answer({ body: '{"executionArn":"…","startDate":1}' });
    await fanOut.start('u1-3', upload);
    const [{ headers, body }] = aws.requests;
    expect(headers).toMatchObject({ 'x-amz-target': 'AWSStepFunctions.StartExecution', 'content-type': 'application/x-amz-json-1.0' });
    expect(headers.authorization).toContain('/states/aws4_request');
    const { input, ...named } = JSON.parse(body) as Record<string, string>;
    expect(named).toEqual({ stateMachineArn: MACHINE, name: 'u1-3' });
    expect(JSON.parse(input)).toEqual({ uploadId: upload.uploadId, execution: 'u1-3' });
  });

  test('that is there already is the one', async () => {
    aws.answer({ status: 400, body: '{"__type":"com.amazonaws.swf.service.v2.model#ExecutionAlreadyExists"}' });
    await expect(fanOut.start('u1-3', upload)).resolves.toBeUndefined();
    aws.answer({ status: 400, body: '{"__type":"StateMachineDoesNotExist","message":"gone"}' });
    await expect(fanOut.start('u1-3', upload)).rejects.toThrow('StateMachineDoesNotExist');
  });

  test.each([
    ['RUNNING', 'running'], ['PENDING_REDRIVE', 'running'], ['SUCCEEDED', 'ended'], ['FAILED', 'ended'], ['TIMED_OUT', 'ended'], ['ABORTED', 'ended'],
  ])('that is %s is %s', async (status, state) => {
    aws.answer({ body: JSON.stringify({ status }) });
    expect(await fanOut.look('u1-3')).toBe(state);
    expect(JSON.parse(aws.requests[0].body)).toEqual({ executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:Machine-1:u1-3' });
  });

  test('that was never started is missing', async () => {
    aws.answer({ status: 400, body: '{"__type":"ExecutionDoesNotExist"}' });
    expect(await fanOut.look('u1-3')).toBe('missing');
    aws.answer({ status: 400, body: '{"__type":"AccessDeniedException"}' });
    await expect(fanOut.look('u1-3')).rejects.toThrow('AccessDeniedException');
  });
});
