import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '../../lambda-src/domain/uploads/upload';
import { CSV, Env, FormatModel, RecordModel } from '../../src/private/contract';
import { BundleFolder, Sandbox } from '../../tools/sandbox';
import { anyCsv } from '../lambda/domain/records/record-models';
import { Fault, FaultyProxy, PASS_ON } from '../support/faulty-proxy';
import { generatedObject } from '../support/generated-object';
import { arrival, deliverTo, message, ProcessorStage } from '../support/processor-stage';

const GIB = 1024 ** 3;
/** Of the process as a whole: far less than the gigabytes that it is sent, whenever garbage is collected. */
const MOST_MEMORY = 400 * 1024 ** 2;

const JSON_FORMAT: FormatModel = { kind: 'json', encoding: null };
const NDJSON_FORMAT: FormatModel = { kind: 'ndjson', encoding: null };

let stage: ProcessorStage;
let proxy: FaultyProxy;
const bundles: BundleFolder[] = [];
const sandboxes: Sandbox[] = [];
beforeAll(async () => {
  stage = await ProcessorStage.create();
  proxy = await FaultyProxy.start();
}, 120_000);
afterEach(async () => {
  proxy.fault = PASS_ON;
  await Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.end()));
});
afterAll(async () => {
  await proxy.stop();
  for (const bundle of bundles) bundle.remove();
  await stage.resources.remove();
});

function processor(model: RecordModel, clock?: { start: number; speed: number }): Sandbox {
  const bundle = new BundleFolder('processor', model);
  bundles.push(bundle);
  const environment = {
    ...stage.environment,
    [Env.MAX_FILE_SIZE]: String(2 * GIB),
    [Env.CONTENT_TYPES]: JSON.stringify(['text/csv', 'application/json', 'application/x-ndjson']),
    AWS_ENDPOINT_URL: proxy.url,
    AWS_ENDPOINT_URL_S3: proxy.url,
    POWERTOOLS_DEV: 'false',
  };
  const sandbox = new Sandbox({ bundle: bundle.index, environment, clock });
  sandboxes.push(sandbox);
  return sandbox;
}

/** Whatever a file is like, it brings no message back, and takes no more memory than any other. */
async function ingest(upload: Upload, model: RecordModel, start = Date.now()): Promise<void> {
  const invocation = await deliverTo(processor(model, { start, speed: 1 }), [message(arrival(upload))]);
  expect(invocation!.again).toEqual([]);
  expect(invocation!.peak).toBeLessThan(MOST_MEMORY);
}

async function expectFailed(upload: Upload, code: string, text: RegExp): Promise<void> {
  expect(await stage.current(upload)).toMatchObject({ status: 'FAILED', error: { code, message: expect.stringMatching(text) } });
}

const announced = (fileName: string, contentType = 'text/csv') => stage.announce({}, { fileName, contentType });
const repeated = (text: string, times = 1) => Buffer.from(text.repeat(times));

/** Few of them are a large file, and soon in the table. */
const LONG_ROW = `${'x'.repeat(9_999)}\n`;

describe('a file that cannot be meant, and its code and message', () => {
  /** Hundreds of small files that are one: packed files may be put one behind the other. */
  const gzipBomb = () => {
    const packed = gzipSync(Buffer.alloc(16 * 1024 ** 2, LONG_ROW));
    return Buffer.concat([gzipSync('a\n'), ...Array.from({ length: 64 }, () => packed)]);
  };
  const noise = Buffer.from(Array.from({ length: 3000 }, (_, nth) => `${nth},${Math.sqrt(nth)}`).join('\n'));

  test.each<[string, () => Buffer, string, RegExp, { fileName?: string; contentType?: string; model?: Partial<RecordModel> }?]>([
    ['a gigabyte in a megabyte of gzip', gzipBomb, 'COMPRESSION_RATIO_TOO_HIGH', /more than 250 times larger/],
    ['a quarter of a gigabyte in some zstd', () => Buffer.concat(['a\n', Buffer.alloc(GIB / 4, LONG_ROW)].map((part) => zstdCompressSync(part))), 'COMPRESSION_RATIO_TOO_HIGH', /more than 250 times larger/],
    ['more than is unpacked', () => gzipSync(`a\n${LONG_ROW.repeat(200)}`), 'UNPACKED_TOO_LARGE', /at most 1000000 bytes when it is unpacked/, {
      model: { unpacking: { maxBytes: 1_000_000, maxRatio: 10_000 } },
    }],
    ['gzip that ends too early', () => gzipSync(noise).subarray(0, 5000), 'INVALID_COMPRESSION', /gzip data ends too early/],
    ['gzip with a wrong byte', () => gzipSync(noise).fill(7, 3000, 3100), 'INVALID_COMPRESSION', /damaged/],
    ['zstd that ends too early', () => zstdCompressSync(noise).subarray(0, 5000), 'INVALID_COMPRESSION', /zstd data ends too early/],
    ['packed twice', () => gzipSync(gzipSync(noise)), 'NOT_A_TEXT_FILE', /packed twice/],
    ['a NUL byte at the beginning', () => Buffer.from('a,b\n1,\0\n'), 'NOT_A_TEXT_FILE', /holds a NUL byte/],
    ['a NUL byte far behind', () => Buffer.from(`a\n${LONG_ROW.repeat(50)}1\0\n`), 'NOT_A_TEXT_FILE', /holds a NUL byte/],
    ['UTF-16 without a byte order mark', () => Buffer.from('a,b\n1,2\n', 'utf16le'), 'NOT_A_TEXT_FILE', /UTF-16 without a byte order mark/],
    ['half a character of UTF-16', () => Buffer.from('\uFEFFa,b\n1,\uD83D\n', 'utf16le'), 'INVALID_ENCODING', /UTF-16/],
    ['UTF-8 that becomes Latin-1 far behind', () => Buffer.concat([Buffer.from(`a\nZoë\n${LONG_ROW.repeat(50)}`), Buffer.from('Zo\xEB\n', 'latin1')]),
      'INVALID_ENCODING', /byte 500009 \(0xEB\)/],
    ['a spreadsheet', () => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(26), Buffer.from('[Content_Types].xml')]), 'NOT_A_TEXT_FILE', /spreadsheet/],
    ['JSON that says it is CSV', () => Buffer.from('[{"a":1}]'), 'WRONG_FORMAT', /must be CSV, but it looks like a JSON array/],
    ['CSV that says it is JSON', () => Buffer.from('a,b\n1,2\n'), 'WRONG_FORMAT', /must be a JSON array, but it does not begin with \[/, {
      fileName: 'a.json', contentType: 'application/json', model: { formats: [CSV, JSON_FORMAT] },
    }],
    ['an array that says it is lines', () => Buffer.from('[{"a":1}]'), 'WRONG_FORMAT', /object per line, but it looks like a JSON array/, {
      fileName: 'a.ndjson', contentType: 'application/x-ndjson', model: { formats: [NDJSON_FORMAT] },
    }],
    ['an error page', () => Buffer.from('<!DOCTYPE html>\n<html><body>503'), 'WRONG_FORMAT', /must be CSV, but it looks like XML or HTML/],
    ['JSON that ends in the middle', () => Buffer.from('[{"a":1},{"a":2'), 'MALFORMED_JSON', /before its array does/, {
      fileName: 'a.json', contentType: 'application/json', model: { formats: [JSON_FORMAT] },
    }],
  ])('%s', async (_, content, code, text, { fileName = 'a.csv', contentType, model } = {}) => {
    const upload = await announced(fileName, contentType);
    await stage.send(content(), upload);
    await ingest(upload, anyCsv(model));
    await expectFailed(upload, code, text);
  });
});

describe('a gigabyte without an end', () => {
  const of = (start: string, rest: string) => {
    const [first, more] = [Buffer.from(start), repeated(rest, 64 * 1024 / rest.length)];
    return (position: number) => {
      const behind = position - first.length;
      return behind < 0 ? first.subarray(position) : more.subarray(behind % rest.length);
    };
  };
  test.each<[string, (position: number) => Buffer, RegExp, { fileName?: string; model?: Partial<RecordModel> }?]>([
    ['in quotes that are never closed', of('a,b\n1,"', 'x\n'), /the one whose quote is on line 2 has more, or is never closed/],
    ['in the header', of('', 'a'), /at most 2000000 bytes; the one on line 1 has more/],
    ['in the names of the header', of('', 'name,'), /at most 100000 fields/],
    ['in one object', of('[{"a":"', 'x'), /the one at byte 1 has more, or never ends/, { fileName: 'a.json', model: { formats: [JSON_FORMAT] } }],
  ])('%s', async (_, bytesAt, text, { fileName = 'a.csv', model } = {}) => {
    const upload = await announced(fileName);
    proxy.fault = generatedObject({ size: GIB, contentType: 'text/csv', bytesAt });
    await ingest(upload, anyCsv(model));
    await expectFailed(upload, 'ROW_TOO_LARGE', text);
  });

  test.each([['of one letter', 'x'], ['of nothing but delimiters', ',']])('in one line %s is a reject', async (_, rest) => {
    const upload = await announced('a.csv');
    proxy.fault = generatedObject({ size: GIB, contentType: 'text/csv', bytesAt: of('a,b\n1,', rest) });
    await ingest(upload, anyCsv());
    expect(await stage.current(upload)).toMatchObject({ status: 'COMPLETED', counts: { total: 1, accepted: 0, rejected: 1 } });
  });
});

describe('what changes while it is read', () => {
  const FILE = ['a,b', ...Array.from({ length: 2_000 }, (_, row) => `${row},${'x'.repeat(300)}`)].join('\n');
  const keysOf = ({ files: [{ key: Key }] }: Upload) => ({ Bucket: stage.environment[Env.BUCKET], Key });
  const replace = async (upload: Upload) => {
    await stage.clients.s3.send(new PutObjectCommand({ ...keysOf(upload), Body: FILE.replaceAll('x', 'y'), ContentType: 'text/csv' }));
  };
  const remove = async (upload: Upload) => {
    await stage.clients.s3.send(new DeleteObjectCommand(keysOf(upload)));
  };
  const CHANGES = [
    ['replaced', replace, 'FILE_REPLACED', /replaced before it was processed/],
    ['deleted', remove, 'FILE_NOT_FOUND', /deleted before it was processed/],
  ] as const;

  /** The first invocation is killed at its first checkpoint; returns when its lease is over. */
  async function begin(upload: Upload): Promise<number> {
    // A checkpoint is due every five of its seconds.
    const sandbox = processor(anyCsv(), { start: Date.now(), speed: 1000 });
    proxy.fault = async ({ operation, body }, forward) => {
      const answer = await forward();
      if (operation === 'PutItem' && /"checkpoint":.*"offset":\{"N":"[1-9]/.test(body.toString())) sandbox.kill();
      return answer;
    };
    expect(await deliverTo(sandbox, [message(arrival(upload))], 60_000_000)).toBeUndefined();
    proxy.fault = PASS_ON;
    const { upload: { status, counts }, checkpoint, lease } = (await stage.work.find(upload.uploadId))!;
    expect({ status, isBegun: counts!.total > 0 && checkpoint !== null }).toEqual({ status: 'PROCESSING', isBegun: true });
    return Date.parse(lease!.until) + 1000;
  }

  test.each(CHANGES)('a file that is %s between two invocations', async (_, change, code, text) => {
    const upload = await stage.send(FILE);
    const after = await begin(upload);
    await change(upload);
    await ingest(upload, anyCsv(), after);
    await expectFailed(upload, code, text);
  });

  test.each(CHANGES)('a file that is %s while its connection is cut', async (_, change, code, text) => {
    const upload = await stage.send(FILE);
    let reads = 0;
    const cutOnce: Fault = async (request, forward) => {
      const answer = await forward();
      if (request.operation !== 'S3 GET' || ++reads !== 2) return answer;
      await change(upload);
      return undefined;
    };
    proxy.fault = cutOnce;
    await ingest(upload, anyCsv());
    expect(reads).toBeGreaterThan(2);
    await expectFailed(upload, code, text);
  });

  test('rules that change between two invocations', async () => {
    const upload = await stage.send(FILE);
    const after = await begin(upload);
    await ingest(upload, anyCsv({ unknownColumns: 'ignore' }), after);
    await expectFailed(upload, 'SCHEMA_CHANGED', /rules for records were changed/);
  });
});

test('a line of JSON without an end is a row that is rejected, and no other row suffers from it', async () => {
  const upload = await announced('a.ndjson', 'application/x-ndjson');
  const [before, endless, after] = [Buffer.from('{"a":"1"}\n{"a":"'), 128 * 1024 ** 2, Buffer.from('"}\n{"a":"2"}\n')];
  const filling = Buffer.alloc(64 * 1024, 'x');
  proxy.fault = generatedObject({
    size: before.length + endless + after.length,
    contentType: 'application/x-ndjson',
    bytesAt: (position) => {
      const behind = position - before.length;
      if (behind < 0) return before.subarray(position);
      return behind < endless ? filling.subarray(0, endless - behind) : after.subarray(behind - endless);
    },
  });
  await ingest(upload, anyCsv({ formats: [NDJSON_FORMAT] }));
  expect(await stage.current(upload)).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 2, rejected: 1 } });
});
