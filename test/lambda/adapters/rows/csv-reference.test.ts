import * as fc from 'fast-check';
import { type CsvDialect } from '../../../../lambda-src/adapters/rows/csv-dialect';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { type CsvContent, DIALECT, readContent, readUpToFailure } from '../../../support/csv-files';
import { type CsvOutcome, type CsvRefusal, referenceRows } from '../../../support/csv-reference';

/** Without a header of its own, so that all rows have their ends. */
const NO_HEADER = ['x'];

async function outcomeOf(content: Buffer, dialect: CsvDialect, sizes: readonly number[]): Promise<CsvOutcome | CsvRefusal> {
  const { rows, ends, failure } = await readUpToFailure(content, { dialect: { ...dialect, header: NO_HEADER }, sizes });
  if (failure === undefined) return { rows, ends };
  if (!(failure instanceof UploadFailure)) throw failure;
  return { code: failure.code, line: Number(/line (\d+)/.exec(failure.message)?.[1]), rows, ends };
}

const special = fc.constantFrom(',', ';', '\t', '|', '"', "'", '\\', '#', '/', '§', '→', '€', '^', ']', '-', 'n', '$');
const dialects = fc.tuple(fc.uniqueArray(special, { minLength: 4, maxLength: 4 }), fc.boolean(), fc.boolean(), fc.boolean())
  .map(([[delimiter, quote, escape, comment], isQuoted, isOwnEscape, isCommented]): CsvDialect => ({
    ...DIALECT,
    delimiter,
    quote: isQuoted ? quote : null,
    escape: isOwnEscape ? escape : quote,
    comment: isCommented ? comment : null,
  }));
const usual = fc.constantFrom(DIALECT, { ...DIALECT, comment: '#' }, { ...DIALECT, delimiter: ';' }, { ...DIALECT, escape: '\\' });
const dialect = fc.oneof(usual, dialects);
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 10 });

const LINE_ENDS = ['\n', '\r\n', '\r'] as const;
/** The characters that mean something, among some that mean nothing in one to four bytes. */
function characters({ delimiter, quote, escape, comment }: CsvDialect): string[] {
  return ['a', ' ', 'ü', '€', '💊', '\u00a0', '\ufeff', delimiter, escape, quote ?? "'", comment ?? '#'];
}

/** A file that somebody has written well: fields as they were, quoted where that is needed or for no reason. */
function written(of: CsvDialect): fc.Arbitrary<string> {
  const { delimiter, quote, escape, comment } = of;
  const needsQuotes = new RegExp(`[${[delimiter, quote ?? '', '\r', '\n'].map((character) => character && `\\u${code(character)}`).join('')}]`);
  const unwritable = new RegExp(`[\\u${code(delimiter)}\\r\\n]`, 'g');
  const quoted = (text: string) => {
    const escaped = text.replace(new RegExp(`[\\u${code(quote!)}\\u${code(escape)}]`, 'g'), (character) => escape + character);
    return quote! + escaped + quote!;
  };
  const field = fc.tuple(fc.string({ unit: fc.constantFrom(...characters(of), '\n', '\r', '\r\n'), maxLength: 6 }), fc.boolean());
  const row = fc.tuple(fc.array(field, { minLength: 1, maxLength: 5 }), fc.constantFrom(...LINE_ENDS)).map(([fields, end]) => {
    const texts = fields.map(([text, isQuoted], nth) => {
      if (quote === null) return text.replace(unwritable, '');
      const mayBeComment = comment !== null && nth === 0 && text.startsWith(comment);
      return isQuoted || needsQuotes.test(text) || mayBeComment ? quoted(text) : text;
    });
    return texts.join(delimiter) + end;
  });
  const lines = fc.oneof({ weight: 8, arbitrary: row }, { weight: 1, arbitrary: fc.constantFrom(...LINE_ENDS) },
    { weight: comment === null ? 0 : 1, arbitrary: fc.constant(`${comment} "it's ${delimiter}${quote}\n`) });
  return fc.tuple(fc.boolean(), fc.array(lines, { maxLength: 10 }), fc.boolean()).map(([mark, all, cut]) => {
    const text = (mark ? '\ufeff' : '') + all.join('');
    return cut ? text.replace(/[\r\n]+$/, '') : text;
  });
}

/** A file of the same characters in no order at all: stray quotes, escapes at the end, comments anywhere. */
function random(of: CsvDialect): fc.Arbitrary<string> {
  return fc.string({ unit: fc.oneof(fc.constantFrom(...characters(of)), fc.constantFrom(...LINE_ENDS)), maxLength: 24 });
}

function code(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}

/** Where csv-parse takes a comment right after a closing quote for the end of the field, and then its text for more of the field. */
function isReadLoosely(text: string, { quote, comment }: CsvDialect): boolean {
  return quote !== null && comment !== null && text.includes(quote + comment);
}

const files = (of: (d: CsvDialect) => fc.Arbitrary<string>) => dialect.chain((d) => of(d).map((text) => ({ dialect: d, text })))
  .filter((file) => !isReadLoosely(file.text, file.dialect));

describe('the rows are those of csv-parse, and end where they do, in chunks of any size', () => {
  async function check(file: { dialect: CsvDialect; text: string }, chunks: readonly number[]): Promise<CsvOutcome | CsvRefusal> {
    const content = Buffer.from(file.text);
    const expected = referenceRows(content, file.dialect);
    // It counts a CRLF inside quotes as two lines.
    const exactLine = !file.text.includes('\r\n');
    for (const sizesOfOne of [[1], [2], [3], chunks, [64 * 1024]]) {
      const outcome = await outcomeOf(content, file.dialect, sizesOfOne);
      const isExact = !('code' in expected) || exactLine || expected.code === 'UNTERMINATED_QUOTE';
      expect(outcome).toEqual(isExact ? expected : { ...expected, line: expect.any(Number) });
    }
    return expected;
  }

  test('in files that are written well', async () => {
    await fc.assert(fc.asyncProperty(files(written), sizes, async (file, chunks) => {
      await check(file, chunks);
    }), { numRuns: 600 });
  });

  test('in files of anything, or both refuse them behind the same rows', async () => {
    let refused = 0;
    await fc.assert(fc.asyncProperty(files(random), sizes, async (file, chunks) => {
      if ('code' in await check(file, chunks)) refused++;
    }), { numRuns: 1200 });
    expect(refused).toBeGreaterThan(100);
  });

  test('a comment that follows a closing quote is the one difference: it is refused', async () => {
    const content = Buffer.from('"a"#b\n');
    const commented = { ...DIALECT, comment: '#' };
    expect(referenceRows(content, commented)).toMatchObject({ rows: [['a#b']] });
    expect(await outcomeOf(content, commented, [1])).toEqual({ code: 'MALFORMED_CSV', line: 1, rows: [], ends: [] });
  });
});

test('reading goes on at the end of any row, in chunks of any size', async () => {
  await fc.assert(fc.asyncProperty(files(written), sizes, async (file, chunks) => {
    const whole: CsvContent = await readContent(file.text, { dialect: { ...file.dialect, header: NO_HEADER } });
    for (const [nth, offset] of whole.ends.entries()) {
      const rest = await readContent(file.text, { dialect: file.dialect, sizes: chunks, start: { offset, header: NO_HEADER } });
      expect({ rows: rest.rows, ends: rest.ends }).toEqual({ rows: whole.rows.slice(nth + 1), ends: whole.ends.slice(nth + 1) });
    }
  }), { numRuns: 200 });
});

test('ranges that meet anywhere between rows have every row once', async () => {
  await fc.assert(fc.asyncProperty(files(written), sizes, fc.nat(), async (file, chunks, at) => {
    const whole = await readContent(file.text, { dialect: { ...file.dialect, header: NO_HEADER } });
    fc.pre(whole.ends.length > 0);
    const cut = whole.ends[at % whole.ends.length];
    const first = await readContent(file.text, { dialect: { ...file.dialect, header: NO_HEADER }, sizes: chunks, start: { before: cut } });
    const second = await readContent(file.text, { dialect: file.dialect, sizes: chunks, start: { offset: cut, header: NO_HEADER } });
    expect([...first.rows, ...second.rows]).toEqual(whole.rows);
    expect([...first.ends, ...second.ends]).toEqual(whole.ends);
  }), { numRuns: 200 });
});
