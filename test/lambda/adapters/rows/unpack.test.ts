import { randomBytes } from 'node:crypto';
import { constants, createGzip, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { Packing, packingOf, unpack } from '../../../../lambda-src/adapters/rows/unpack';
import { UNPACKING } from '../../../../src/private/contract';
import { chunked, failure, joined } from './chunks';

const LIMITS = { maxBytes: 10_000_000, maxRatio: 250 };
const GZIP = (bytes: Buffer) => gzipSync(bytes);
const ZSTD = (bytes: Buffer) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const WAYS: readonly (readonly [Packing, (bytes: Buffer) => Buffer])[] = [['gzip', GZIP], ['zstd', ZSTD]];
const SKIPPED = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 0x28, 0xb5, 0x2f]);
const unpacked = (bytes: Buffer, packing = packingOf(bytes)!, size?: number, limits = LIMITS) => (
  joined(unpack(chunked(bytes, size), packing, limits))
);
const text = (bytes: number) => Buffer.from('name,price\n'.repeat(Math.ceil(bytes / 11)).slice(0, bytes));

describe.each(WAYS)('%s', (packing, pack) => {
  test('is known by its first bytes', () => {
    expect(packingOf(pack(Buffer.from('a')))).toBe(packing);
    expect(packingOf(pack(Buffer.from('a')).subarray(0, 1))).toBeNull();
  });

  test('in any number of members, cut anywhere, becomes what it was', async () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.nat(200_000).map((size) => text(size)),
      fc.nat(150_000).map((size) => randomBytes(size)),
    );
    const members = fc.array(part, { minLength: 1, maxLength: 4 });
    await fc.assert(fc.asyncProperty(members, fc.integer({ min: 1, max: 70_000 }), async (parts, size) => {
      const packed = Buffer.concat(parts.map(pack));
      const read = await unpacked(packed, packing, Math.max(size, Math.ceil(packed.length / 4096)));
      expect(read.equals(Buffer.concat(parts))).toBe(true);
    }), { numRuns: 60 });
  });

  test('byte by byte, too', async () => {
    const packed = Buffer.concat([pack(text(3000)), pack(Buffer.alloc(0)), pack(randomBytes(10))]);
    expect((await unpacked(packed, packing, 1)).length).toBe(3010);
  });

  test('that ends too early is refused, wherever it ends', async () => {
    const packed = Buffer.concat([pack(randomBytes(200)), pack(text(500))]);
    const end = pack(randomBytes(200)).length;
    for (let bytes = 4; bytes < packed.length; bytes++) {
      if (bytes === end) continue;
      expect(await failure(unpacked(packed.subarray(0, bytes), packing))).toMatchObject({
        name: 'UploadFailure', code: 'INVALID_COMPRESSION', message: `the file is cut off: its ${packing} data ends too early`,
      });
    }
  });

  test('that is damaged is refused', async () => {
    const packed = pack(text(5000));
    const damaged = Buffer.from(packed);
    for (const at of [3, 7]) damaged[damaged.length - at] = 255 - damaged[damaged.length - at];
    expect(await failure(unpacked(damaged))).toMatchObject({ name: 'UploadFailure', code: 'INVALID_COMPRESSION' });
  });

  test.each([['at once', undefined], ['byte by byte', 1]])('that something else follows is refused: %s', async (_, size) => {
    expect(await failure(unpacked(Buffer.concat([pack(text(500)), Buffer.from('more,rows\n')]), packing, size))).toMatchObject({ code: 'INVALID_COMPRESSION' });
  });

  test('that becomes too large is refused when it does', async () => {
    const limits = { maxBytes: 1000, maxRatio: 1000 };
    expect(await unpacked(pack(text(1000)), packing, undefined, limits)).toHaveLength(1000);
    expect(await failure(unpacked(pack(text(1001)), packing, undefined, limits))).toMatchObject({
      code: 'UNPACKED_TOO_LARGE', message: 'the file must have at most 1000 bytes when it is unpacked, but it has more',
    });
  });

  test('of which somebody else stops reading ends, and ends what it reads', async () => {
    let ended = false;
    const source = async function* () {
      try {
        yield* chunked(pack(randomBytes(3_000_000)), 1000);
      } finally {
        ended = true;
      }
    };
    for await (const _ of unpack(source(), packing, LIMITS)) break;
    await new Promise(setImmediate);
    expect(ended).toBe(true);
  });

  test('whose bytes cannot be read fails as they do', async () => {
    const broken = new Error('the disk is gone');
    const source = async function* () {
      yield* chunked(pack(randomBytes(100_000)).subarray(0, 50_000), 1000);
      throw broken;
    };
    expect(await failure(joined(unpack(source(), packing, LIMITS)))).toBe(broken);
  });

  test('that is a bomb is stopped after some megabytes', async () => {
    let given = 0;
    let taken = 0;
    const source = async function* () {
      for await (const chunk of bomb(packing)) {
        given += chunk.length;
        yield chunk;
      }
    };
    const reading = (async () => {
      for await (const chunk of unpack(source(), packing, UNPACKING)) taken += chunk.length;
    })();
    expect(await failure(reading)).toMatchObject({
      code: 'COMPRESSION_RATIO_TOO_HIGH', message: 'the file must not become more than 250 times larger when it is unpacked',
    });
    expect(taken).toBeLessThan(100_000_000);
    expect(given).toBeLessThan(200_000);
  });
});

/** A terabyte of nothing. */
async function* bomb(packing: Packing): AsyncGenerator<Buffer> {
  const packer = packing === 'gzip' ? createGzip() : createZstdCompress();
  const zeros = Buffer.alloc(1024 * 1024);
  const feed = () => { while (!packer.destroyed && packer.write(zeros)); };
  packer.on('drain', feed);
  feed();
  try {
    yield* packer as AsyncIterable<Buffer>;
  } finally {
    packer.destroy();
  }
}

test('zstd frames that decoders skip are skipped, first, between others and last', async () => {
  const packed = Buffer.concat([SKIPPED, ZSTD(text(100)), SKIPPED, SKIPPED, ZSTD(text(200)), SKIPPED]);
  expect(packingOf(packed)).toBe('zstd');
  for (const size of [1, 5, packed.length]) expect(await unpacked(packed, 'zstd', size)).toEqual(Buffer.concat([text(100), text(200)]));
});

test('zstd of every kind of frame: streamed, with and without its size, runs, raw blocks', async () => {
  const parts = [Buffer.alloc(500_000), randomBytes(300_000), text(400_000)];
  const streamed = createZstdCompress();
  for (const part of parts) streamed.write(part);
  streamed.end();
  const packed = Buffer.concat([await joined(streamed), zstdCompressSync(Buffer.alloc(200_000)), zstdCompressSync(randomBytes(200_000))]);
  expect((await unpacked(packed, 'zstd', 999)).length).toBe(1_600_000);
});

test('gzip may be padded with zeros, and with nothing else behind them', async () => {
  const padded = Buffer.concat([GZIP(text(500)), Buffer.alloc(100_000)]);
  for (const size of [7, 1000, padded.length]) expect(await unpacked(padded, 'gzip', size)).toEqual(text(500));
  for (const size of [7, 1000, padded.length]) {
    expect(await failure(unpacked(Buffer.concat([padded, GZIP(text(500))]), 'gzip', size))).toMatchObject({
      code: 'INVALID_COMPRESSION', message: 'the file is damaged: its gzip data is followed by something else',
    });
  }
});

test('zstd that wants more memory than it may have is refused', async () => {
  const packer = createZstdCompress({ params: { [constants.ZSTD_c_enableLongDistanceMatching]: 1, [constants.ZSTD_c_windowLog]: 28 } });
  packer.write(randomBytes(1000));
  packer.end();
  expect(await failure(unpacked(await joined(packer)))).toMatchObject({ code: 'INVALID_COMPRESSION' });
});
