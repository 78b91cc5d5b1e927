import { ItemWriter } from '../../../../lambda-src/domain/records/item-writer';

/** What items share, as the writer has it: wherever that ends, it ends in the middle of an item here. */
const MEMORY_BYTES = (new ItemWriter() as unknown as { readonly memory: Buffer }).memory.length;
const END = Buffer.from('}');
const member = (name: string, isFirst = false) => Buffer.from(`${isFirst ? '{' : ','}${JSON.stringify(name)}:{"S":"`);

function write(writer: ItemWriter, texts: readonly string[]) {
  texts.forEach((text, nth) => writer.member(member(`t${nth}`, nth === 0), text));
  return writer.end(END);
}

const json = (texts: readonly string[]) => JSON.stringify(Object.fromEntries(texts.map((text, nth) => [`t${nth}`, { S: text }])));

/** An item of which no more is asked for than it takes. */
const leave = (writer: ItemWriter, bytes: number) => writer.end(Buffer.alloc(MEMORY_BYTES - bytes, '.'));

test('every character is what it is in JSON and UTF-8, in short texts and in long ones', () => {
  const writer = new ItemWriter();
  for (let code = 0; code <= 0xffff; code++) {
    const one = String.fromCharCode(code);
    const texts = [one, `a${one}b`];
    if (String(write(writer, texts)) !== json(texts)) throw new Error(`U+${code.toString(16)}`);
  }
  for (const one of ['"', '\\', '\n', '\u0001', '\u007f', 'é', '\u0800', '\ud7ff', '\ud800', '\udfff', '\ue000', '😀', '😀\ud83d', '\udc00😀']) {
    for (const length of [94, 95, 96, 97, 200]) {
      const texts = [one + 'x'.repeat(length - one.length), 'x'.repeat(length - one.length) + one, one.repeat(length)];
      expect(String(write(writer, texts))).toBe(json(texts));
    }
  }
});

test.each<[string, readonly string[]]>([
  ['of nothing', ['']],
  ['that are short', ['a', '', 'b', 'é']],
  ['that are as long as short ones may be', ['x'.repeat(96), '\u0001'.repeat(96)]],
  ['of pairs', ['x', '😀'.repeat(48)]],
  ['of halves of pairs', ['x', `${'x'.repeat(40)}${'\ud800'.repeat(56)}`]],
  ['that are long', ['x', '\u0001'.repeat(97), '€'.repeat(200)]],
])('wherever the memory ends, texts %s stay what they are, and so do the items before', (_, texts) => {
  const before = ['before', 'é'];
  for (let left = 0; left <= 1_300; left++) {
    const writer = new ItemWriter();
    const first = write(writer, before);
    const filler = leave(writer, first.byteLength + left);
    const [item, next] = [write(writer, texts), write(writer, before)];
    for (const [written, expected] of [[first, before], [item, texts], [next, before]] as const) {
      if (String(written) !== json(expected)) throw new Error(`${left} bytes were left: ${String(written)}`);
    }
    if (filler.byteLength + first.byteLength + left !== MEMORY_BYTES || String(filler)[0] !== '.') throw new Error(`${left} bytes were left`);
  }
});

test('JSON and the end of an item have room wherever the memory ends', () => {
  const value = '{"SS":["€","\u0800"]}';
  for (let left = 0; left <= 200; left++) {
    const writer = new ItemWriter();
    leave(writer, left);
    writer.json(Buffer.from('{"json":'), value);
    writer.json(new Uint8Array(0), ',"more":{"BOOL":true}');
    const item = writer.end(Buffer.from(`,"last":{"S":"${'.'.repeat(50)}"}}`));
    expect(String(item)).toBe(`{"json":${value},"more":{"BOOL":true},"last":{"S":"${'.'.repeat(50)}"}}`);
  }
});

test('an item may be larger than the memory, and leaves those alone that were written before', () => {
  const writer = new ItemWriter();
  const members = Array.from({ length: 5_000 }, (_, nth) => `"é${nth}`);
  const long = ['', '"é\u0001'.repeat(50_000)];
  const many = Array.from({ length: 300 }, (_, nth) => (nth % 100 === 50 ? members : nth % 100 === 99 ? long : [`${nth}`, 'x'.repeat(nth)]));
  const items = many.map((texts) => write(writer, texts));
  items.forEach((item, nth) => {
    const expected = json(many[nth]);
    const target = Buffer.alloc(item.byteLength + 5, '.');
    expect(item.byteLength).toBe(Buffer.byteLength(expected));
    expect(item.copyTo(target, 2)).toBe(2 + item.byteLength);
    expect(target.toString() === `..${expected}...`).toBe(true);
  });
});
