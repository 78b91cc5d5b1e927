import * as fc from 'fast-check';
import { compileColumn } from '../../../../lambda-src/domain/columns/column-types';
import { recordJson } from '../../../../lambda-src/domain/records/record-json';
import { ColumnType } from '../../../../src/private/contract';
import { parse, Rules } from './parse-field';

type Case = [ColumnType, Rules, string, unknown, string, unknown];

const ID = '3f2b8a52-6f0e-4c11-9d55-0c8f9f1f2a33';
const deep = (levels: number) => '[{"a":'.repeat(levels / 2) + '1' + '}]'.repeat(levels / 2);

describe('the last valid and the first invalid value', () => {
  test.each<Case>([
    ['uuid', {}, ` ${ID.toUpperCase()}`, { S: ID }, ID.slice(1), `NOT_A_UUID: 'x' must be a UUID such as ${ID}, got '${ID.slice(1)}'`],
    ['email', {}, " o'x+y@Example.com ", { S: "o'x+y@Example.com" }, 'a@b@c', "NOT_AN_EMAIL: 'x' must be an e-mail address such as mail@example.com, got 'a@b@c'"],
    ['email', {}, `a@${'b'.repeat(63)}.c`, { S: `a@${'b'.repeat(63)}.c` }, `a@${'b'.repeat(64)}.c`,
      `NOT_AN_EMAIL: 'x' must be an e-mail address such as mail@example.com, got 'a@${'b'.repeat(48)}…'`],
    ['uri', {}, ' HTTPS://example.com/ä?b#c ', { S: 'HTTPS://example.com/ä?b#c' }, 'example.com/a', "NOT_A_URI: 'x' must be an absolute URI such as https://example.com, got 'example.com/a'"],
    ['uri', {}, 'urn:isbn:0451450523', { S: 'urn:isbn:0451450523' }, 'https:example.com', "NOT_A_URI: 'x' must be an absolute URI such as https://example.com, got 'https:example.com'"],
    ['uri', {}, 'mailto:a@b', { S: 'mailto:a@b' }, 'C:\\a', "NOT_A_URI: 'x' must be an absolute URI such as https://example.com, got 'C:\\a'"],
    ['uri', {}, 'https://a/b%20c', { S: 'https://a/b%20c' }, 'https://a/b c', "NOT_A_URI: 'x' must be an absolute URI such as https://example.com, got 'https://a/b c'"],
    ['uri', { schemes: ['https', 'urn'] }, 'HTTPS://a', { S: 'HTTPS://a' }, 'http://a', "NOT_A_URI: 'x' must be an absolute URI with one of the schemes https, urn, got 'http://a'"],
    ['string', { allowed: ['red', 'Blue'], ignoreCase: true }, 'BLUE', { S: 'Blue' }, 'blu', "NOT_ALLOWED: 'x' must be one of 'red', 'Blue', got 'blu'"],
    ['string', { allowed: ['red'], normalize: ['trim'] }, ' red ', { S: 'red' }, ' re d ', "NOT_ALLOWED: 'x' must be one of 'red', got ' re d '"],
    ['stringSet', {}, ' b| a ||b|', { SS: ['b', 'a'] }, '', undefined],
    ['stringSet', { required: true }, 'a', { SS: ['a'] }, ' | ', "REQUIRED: 'x' must not be empty, got ' | '"],
    ['stringSet', { separator: ', ' }, 'a, b', { SS: ['a', 'b'] }, ' ', undefined],
    ['stringSet', { maxLength: 2 }, 'aa|bb', { SS: ['aa', 'bb'] }, 'aa|bbb', "TOO_LONG: 'x' must be a set of texts that must have at most 2 characters, got 'aa|bbb'"],
    ['stringSet', { allowed: ['a'], ignoreCase: true }, 'a|A', { SS: ['a'] }, 'a|b', "NOT_ALLOWED: 'x' must be a set of texts that must be one of 'a', got 'a|b'"],
    ['stringSet', { normalize: ['lowerCase'] }, 'A|a|B', { SS: ['a', 'b'] }, '|', undefined],
    ['stringSet', {}, ' ["a|b", " c", "", "c"] ', { SS: ['a|b', 'c'] }, '[]', undefined],
    ['stringSet', { default: 'x' }, '["[1]"]', { SS: ['[1]'] }, '[', "NOT_A_STRING_SET: 'x' must be separated texts or a JSON array of strings, got '['"],
    ['stringSet', {}, '["[1]"]', { SS: ['[1]'] }, '[""]', undefined],
    ...['["a"', '[1]', '["a",null]', '["a"]|b', '{"a":"b"}', '{a', '[', '["a"],', '["a",["b"]]'].map((text): Case => (
      ['stringSet', { default: 'x' }, 'a[1]|{', { SS: ['a[1]', '{'] }, text, `NOT_A_STRING_SET: 'x' must be separated texts or a JSON array of strings, got '${text}'`]
    )),
    ['json', {}, ' {"a":[1.0,true,null,"b"],"":{}} ', { M: { 'a': { L: [{ N: '1' }, { BOOL: true }, { NULL: true }, { S: 'b' }] }, '': { M: {} } } }, '{a:1}',
      "NOT_JSON: 'x' must be JSON such as {\"a\": 1}, got '{a:1}'"],
    ['json', {}, '"a"', { S: 'a' }, 'a', "NOT_JSON: 'x' must be JSON such as {\"a\": 1}, got 'a'"],
    ['json', {}, 'null', { NULL: true }, 'nul', "NOT_JSON: 'x' must be JSON such as {\"a\": 1}, got 'nul'"],
    ['json', {}, `[${'9'.repeat(38)}]`, { L: [{ N: '9'.repeat(38) }] }, `[${'9'.repeat(39)}]`,
      `TOO_MANY_DIGITS: 'x' must be JSON whose numbers must have at most 38 significant digits, got '[${'9'.repeat(39)}]'`],
    ['json', {}, '[1e125]', { L: [{ N: '1E+125' }] }, '[1e126]', "TOO_LARGE: 'x' must be JSON whose numbers must be smaller than 1E+126 in magnitude, got '[1e126]'"],
    ['json', {}, '{"a":1,"a":2}', { M: { a: { N: '2' } } }, '{"a":1,}', "NOT_JSON: 'x' must be JSON such as {\"a\": 1}, got '{\"a\":1,}'"],
    ['decimal', { normalize: ['decimalComma'] }, '1.234.567,80', { N: '1234567.8' }, '1.5', "NOT_A_DECIMAL: 'x' must be a decimal number such as 12,5 or 1.234,56, got '1.5'"],
    ['decimal', { normalize: ['decimalComma'] }, '1 234,5', { N: '1234.5' }, '12 34,5', "NOT_A_DECIMAL: 'x' must be a decimal number such as 12,5 or 1.234,56, got '12 34,5'"],
    ['decimal', { normalize: ['decimalComma'] }, "-1'234'567", { N: '-1234567' }, "1'234.567", "NOT_A_DECIMAL: 'x' must be a decimal number such as 12,5 or 1.234,56, got '1'234.567'"],
    ['decimal', { normalize: ['decimalComma'] }, ',5e1', { N: '5' }, ',', "NOT_A_DECIMAL: 'x' must be a decimal number such as 12,5 or 1.234,56, got ','"],
    ['decimal', { normalize: ['decimalComma'], max: '1.5', allowed: ['1.5', '1'] }, '1,50', { N: '1.5' }, '1,51', "TOO_LARGE: 'x' must be at most 1.5, got '1,51'"],
    ['decimal', { normalize: ['decimalComma'] }, '1.123', { N: '1123' }, '0.123', "NOT_A_DECIMAL: 'x' must be a decimal number such as 12,5 or 1.234,56, got '0.123'"],
    ['decimal', { normalize: ['thousandsSeparators'] }, '1,234,567.80', { N: '1234567.8' }, '1,00', "NOT_A_DECIMAL: 'x' must be a decimal number such as 12.5 or 1,234.56, got '1,00'"],
    ['decimal', { normalize: ['thousandsSeparators'] }, '1.5e3', { N: '1500' }, '0,123', "NOT_A_DECIMAL: 'x' must be a decimal number such as 12.5 or 1,234.56, got '0,123'"],
    ['decimal', { normalize: ['thousandsSeparators'] }, ' 999 999 ', { N: '999999' }, '1234,567', "NOT_A_DECIMAL: 'x' must be a decimal number such as 12.5 or 1,234.56, got '1234,567'"],
    ['decimal', { normalize: ['thousandsSeparators'] }, "-1'234'567", { N: '-1234567' }, "1'234,567", "NOT_A_DECIMAL: 'x' must be a decimal number such as 12.5 or 1,234.56, got '1'234,567'"],
    ['decimal', { normalize: ['decimalComma', 'thousandsSeparators'] }, '1.000,5', { N: '1000.5' }, '1,000.5', "NOT_A_DECIMAL: 'x' must be a decimal number such as 12,5 or 1.234,56, got '1,000.5'"],
    ['integer', { normalize: ['thousandsSeparators'], max: '1000', default: '1,000' }, '', { N: '1000' }, '1,001', "TOO_LARGE: 'x' must be at most 1000, got '1,001'"],
    ['integer', { normalize: ['thousandsSeparators'] }, '+1\u202f234', { N: '1234' }, '1,23', "NOT_AN_INTEGER: 'x' must be a whole number such as 42 or 1,234,567, got '1,23'"],
    ['boolean', { trueValues: ['Ja', 'X'] }, ' JA ', { BOOL: true }, 'yes', "NOT_A_BOOLEAN: 'x' must be 'true', 'ja', 'x' or 'false', 'no', 'n', 'f', '0', got 'yes'"],
    ['boolean', { trueValues: ['an'], falseValues: ['aus'] }, 'Aus', { BOOL: false }, '0', "NOT_A_BOOLEAN: 'x' must be 'true', 'an' or 'false', 'aus', got '0'"],
    ['boolean', { trueValues: ['0'], falseValues: ['1'] }, 'true', { BOOL: true }, 'no', "NOT_A_BOOLEAN: 'x' must be 'true', '0' or 'false', '1', got 'no'"],
    ['timestamp', { formats: ['epoch_second'], timeZone: 'Asia/Tokyo' }, ' 1769860800 ', { S: '2026-01-31T12:00:00Z' }, '1769860800s',
      "NOT_A_TIMESTAMP: 'x' must be a timestamp of the form 1769860800, got '1769860800s'"],
    ['timestamp', { formats: ['iso', 'epoch_millis'], max: '2026-01-31T12:00Z' }, '1769860800000', { S: '2026-01-31T12:00:00Z' }, '1769860800000.000001',
      "TOO_LARGE: 'x' must be at most 2026-01-31T12:00Z, got '1769860800000.000001'"],
    ['timestamp', { formats: ['iso', 'epoch_millis'] }, '2026-01-31T12:00Z', { S: '2026-01-31T12:00:00Z' }, '1e12',
      "NOT_A_TIMESTAMP: 'x' must be a timestamp of the form 2026-01-31T12:00:00Z, 1769860800000, got '1e12'"],
    ['string', { nullValues: ['N/A'] }, ' N/A ', undefined, 'n/a', { S: 'n/a' }],
    ['string', { nullValues: ['N/A'], required: true, normalize: ['lowerCase'] }, 'n/a', { S: 'n/a' }, 'N/A', "REQUIRED: 'x' must have a value, got 'N/A'"],
    ['integer', { nullValues: ['-'], default: '0' }, '-', { N: '0' }, '--', "NOT_AN_INTEGER: 'x' must be a whole number such as 42, got '--'"],
    ['decimal', { nullValues: ['-9,9'], normalize: ['decimalComma'] }, '-9,90', { N: '-9.9' }, '-9,9', undefined],
    ['boolean', { nullValues: ['0'] }, '0', undefined, '00', "NOT_A_BOOLEAN: 'x' must be true or false, yes or no, y or n, t or f, 1 or 0, got '00'"],
    ['stringSet', { nullValues: ['-', 'a|b', '[]'] }, 'a|-|b| - ', { SS: ['a', 'b'] }, 'a|b', undefined],
    ['stringSet', { nullValues: ['-', '{}'], default: 'x', normalize: ['upperCase'] }, '["-"]', { SS: ['X'] }, ' {} ', { SS: ['X'] }],
    ['json', { nullValues: ['\\N', 'null'] }, ' \\N ', undefined, 'null', undefined],
    ['json', { nullValues: ['N/A'] }, '"N\\/A"', undefined, '["N/A"]', { L: [{ S: 'N/A' }] }],
    ['json', { nullValues: ['0', '[]', 'true', '{}'] }, '0', { N: '0' }, '[]', { L: [] }],
    ['integer', { normalize: ['decimalComma'] }, '1.234', { N: '1234' }, '1,5', "NOT_AN_INTEGER: 'x' must be a whole number such as 42, got '1,5'"],
    ['integer', { normalize: ['decimalComma'] }, '+1\u202f234', { N: '1234' }, '1.23', "NOT_AN_INTEGER: 'x' must be a whole number such as 42 or 1.234.567, got '1.23'"],
    ['date', { formats: ['d.M.yyyy', 'iso'], min: '2024-01-01' }, '1.1.2024', { S: '2024-01-01' }, '31.12.2023', "TOO_SMALL: 'x' must be at least 2024-01-01, got '31.12.2023'"],
    ['date', { formats: ['d.M.yyyy', 'iso'] }, '2024-01-01', { S: '2024-01-01' }, '1/1/2024', "NOT_A_DATE: 'x' must be a date of the form 'd.M.yyyy', 2026-01-31, got '1/1/2024'"],
    ['date', { formats: ['d.M.yyyy'] }, ' 1.1.2024 ', { S: '2024-01-01' }, '2024-01-01', "NOT_A_DATE: 'x' must be a date of the form 'd.M.yyyy', got '2024-01-01'"],
    ['timestamp', { formats: ['dd.MM.yyyy HH:mm'], timeZone: 'Europe/Berlin' }, '29.03.2026 03:00', { S: '2026-03-29T01:00:00Z' }, '29.03.2026 02:59',
      "NOT_A_TIMESTAMP: 'x' must be a timestamp of the form 'dd.MM.yyyy HH:mm', got '29.03.2026 02:59'"],
    ['timestamp', { timeZone: 'Europe/Berlin', max: '2026-01-01T00:00' }, '2025-12-31T23:00Z', { S: '2025-12-31T23:00:00Z' }, '2026-01-01T00:01',
      "TOO_LARGE: 'x' must be at most 2026-01-01T00:00, got '2026-01-01T00:01'"],
  ])('%s %j', (type, rules, valid, value, invalid, message) => {
    expect(parse(type, rules, valid)).toEqual(value);
    expect(parse(type, rules, invalid)).toEqual(message);
  });

  test('JSON is 31 levels deep', () => {
    expect(parse('json', {}, `[${deep(30)}]`)).not.toEqual(expect.any(String));
    expect(parse('json', {}, deep(32))).toContain("NOT_JSON: 'x' must be JSON of at most 31 levels of lists and objects");
    expect(parse('json', {}, `{"a":"${'['.repeat(100)}\\"["}`)).toEqual({ M: { a: { S: `${'['.repeat(100)}"[` } } });
    expect(parse('json', {}, '['.repeat(1_000_000))).toContain('NOT_JSON');
  });
});

describe('normalizers', () => {
  test.each<[Rules['normalize'], string, string | undefined]>([
    [['trim'], ' \u00a0a b\t', 'a b'],
    [['collapseSpaces'], ' a \n\u00a0 b ', ' a b '],
    [['lowerCase'], 'ÄB', 'äb'],
    [['upperCase'], 'äß', 'ÄSS'],
    [['collapseSpaces', 'trim', 'upperCase'], '  a   b ', 'A B'],
    [['trim'], '  ', undefined],
  ])('%j make of %j %j', (normalize, text, expected) => {
    expect(parse('string', { normalize }, text)).toEqual(expected === undefined ? undefined : { S: expected });
  });

  test('rules look at what they leave', () => {
    expect(parse('string', { normalize: ['trim'], maxLength: 1, required: true }, ' a ')).toEqual({ S: 'a' });
    expect(parse('string', { normalize: ['trim'], required: true }, '  ')).toBe("REQUIRED: 'x' must not be empty, got '  '");
    expect(parse('string', { normalize: ['trim'], default: ' b ' }, '  ')).toEqual({ S: 'b' });
  });

  test('twice is like once', () => {
    const some = fc.uniqueArray(fc.constantFrom('trim' as const, 'collapseSpaces' as const, 'lowerCase' as const));
    fc.assert(fc.property(some, fc.string({ unit: 'binary', minLength: 1 }), (normalize, text) => {
      const once = parse('string', { normalize }, text) as { S: string } | undefined;
      if (once) expect(parse('string', { normalize }, once.S)).toEqual(once);
    }));
  });

  test('a number is the same with a decimal comma, however its thousands are parted', () => {
    const digits = fc.stringMatching(/^[1-9][0-9]{0,17}$/);
    fc.assert(fc.property(fc.constantFrom('', '-', '+'), digits, fc.stringMatching(/^[0-9]{0,18}$/), fc.constantFrom('', '.', ' ', "'", '’', '\u00a0', '\u202f'), (sign, whole, fraction, separator) => {
      const grouped = whole.replace(/\B(?=(\d{3})+$)/g, separator);
      const text = `${sign}${grouped}${fraction && `,${fraction}`}`;
      expect(parse('decimal', { normalize: ['decimalComma'] }, text)).toEqual(parse('decimal', {}, `${sign}${whole}${fraction && `.${fraction}`}`));
    }));
  });

  test('a number is the same with a decimal point, too', () => {
    const digits = fc.stringMatching(/^[1-9][0-9]{0,17}$/);
    fc.assert(fc.property(fc.constantFrom('', '-', '+'), digits, fc.stringMatching(/^[0-9]{0,18}$/), fc.constantFrom('', ',', ' ', "'", '’', '\u00a0', '\u202f', '\u2009'), (sign, whole, fraction, separator) => {
      const grouped = whole.replace(/\B(?=(\d{3})+$)/g, separator);
      const text = `${sign}${grouped}${fraction && `.${fraction}`}`;
      expect(parse('decimal', { normalize: ['thousandsSeparators'] }, text)).toEqual(parse('decimal', {}, `${sign}${whole}${fraction && `.${fraction}`}`));
    }));
  });

  test('groups are of three digits, and the first has none too many', () => {
    const groups = fc.array(fc.stringMatching(/^[0-9]{1,4}$/), { minLength: 2, maxLength: 4 });
    const separators = fc.array(fc.constantFrom(',', ' ', '.'), { minLength: 3, maxLength: 3 });
    fc.assert(fc.property(groups, fc.oneof(separators, fc.constantFrom([',', ',', ','])), (all, between) => {
      const text = all.reduce((left, group, nth) => `${left}${between[nth - 1]}${group}`);
      const value = parse('integer', { normalize: ['thousandsSeparators'] }, text);
      const isGrouped = /^[1-9]\d{0,2}$/.test(all[0]) && all.slice(1).every((group) => group.length === 3)
        && new Set(between.slice(0, all.length - 1)).size === 1 && between[0] !== '.';
      expect(value).toEqual(isGrouped ? { N: all.join('') } : expect.stringContaining('NOT_AN_INTEGER'));
    }), { numRuns: 1000 });
  });

  test('no number with a decimal point has another value with a comma', () => {
    fc.assert(fc.property(fc.stringMatching(/^-?\d{1,6}[.,]?\d{0,6}$/), (text) => {
      const comma = parse('decimal', { normalize: ['decimalComma'] }, text);
      // Three digits after a point are thousands, and nothing else with a point is a number.
      if (text.includes('.') && !/^-?\d{1,3}\.\d{3}$/.test(text)) expect(comma).toEqual(expect.stringContaining('NOT_A_DECIMAL'));
    }));
  });
});

describe('texts that are no value', () => {
  const types: ColumnType[] = ['string', 'stringSet', 'integer', 'decimal', 'boolean', 'date', 'timestamp', 'uuid', 'email', 'uri', 'json'];
  const marker = fc.oneof(fc.constantFrom('NULL', 'N/A', '\\N', '-', 'null'), fc.stringMatching(/^[a-z#/\\_-]{1,4}$/));
  const blanks = fc.stringMatching(/^[ \t\u00a0]{0,2}$/);
  const value = fc.oneof(fc.string(), fc.integer().map(String), fc.constantFrom('true', '2026-01-31', '2026-01-31T12:00Z', 'a@b', 'urn:x', ID, '{}'));

  test('are like an empty field, and all others like without them', () => {
    const markers = fc.uniqueArray(marker, { minLength: 1, maxLength: 3 });
    fc.assert(fc.property(fc.constantFrom(...types), markers, blanks, value, fc.boolean(), (type, nullValues, space, text, required) => {
      for (const one of nullValues) {
        expect(parse(type, { nullValues }, space + one + space)).toBeUndefined();
        expect(parse(type, { nullValues, required: true }, one)).toContain('REQUIRED');
      }
      const parts = type === 'stringSet' ? text.split('|') : [text];
      fc.pre(text.trim() !== '' && !parts.some((part) => nullValues.includes(part.trim())));
      expect(parse(type, { nullValues, required }, text)).toEqual(parse(type, { required }, text));
    }), { numRuns: 1000 });
  });
});

/** Values whose digits `JSON.parse` would lose. */
const number = fc.tuple(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), fc.integer({ min: -20, max: 20 })).map(([digits, power]) => `${digits}e${power}`);

test('JSON comes back with all digits', () => {
  const tree = fc.letrec<{ tree: unknown; leaf: unknown }>((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4 })),
    leaf: fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), number.map((text) => ({ number: text }))),
  })).tree;
  const isNumber = (value: unknown): value is { number: string } => typeof value === 'object' && value !== null && Object.keys(value).join() === 'number'
    && typeof (value as { number: unknown }).number === 'string';
  const json = (value: unknown, write: (text: string) => string): string => {
    if (isNumber(value)) return write(value.number);
    if (Array.isArray(value)) return `[${value.map((element) => json(element, write)).join()}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    return `{${Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${json(member, write)}`).join()}}`;
  };
  const canonical = (text: string) => (parse('decimal', {}, text) as { N: string }).N;
  fc.assert(fc.property(tree, (value) => {
    const read = parse('json', {}, json(value, (text) => text));
    const written = JSON.stringify(recordJson({ value: read as never }).value);
    // Members are written in JavaScript's order, so both sides go the same way.
    const exact = (text: string) => JSON.stringify(JSON.parse(text, ((_: string, member: unknown, { source }: { source: string }) => (
      typeof member === 'number' ? `#${canonical(source)}` : member)) as never));
    expect(exact(written)).toBe(exact(json(value, canonical)));
  }), { numRuns: 500 });
});

test('a set is what its texts are, in any order and as often as one likes', () => {
  const word = fc.stringMatching(/^[a-c]{1,2}$/);
  const set = (texts: readonly string[]) => (parse('stringSet', {}, texts.join('|')) as { SS: string[] } | undefined)?.SS;
  fc.assert(fc.property(fc.array(word), fc.array(word), (texts, more) => {
    const expected = [...new Set(texts)].sort();
    expect([...set(texts) ?? []].sort()).toEqual(expected);
    expect([...set([...texts, ...texts].reverse()) ?? []].sort()).toEqual(expected);
    expect(new Set(set([...texts, ...more]) ?? [])).toEqual(new Set([...texts, ...more]));
    expect(parse('stringSet', {}, JSON.stringify(texts))).toEqual(texts.length === 0 ? undefined : { SS: [...new Set(texts)] });
  }));
});

test('no text stops a column of any type', () => {
  const types: ColumnType[] = ['stringSet', 'json', 'uuid', 'email', 'uri', 'date', 'timestamp'];
  const any = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.webUrl(), fc.emailAddress(), fc.string({ unit: fc.constantFrom(...'[]{}":,|\\.@-/0aT') }));
  const parsers = types.map((type) => compileColumn({ name: 'x', type, required: false }));
  fc.assert(fc.property(any, (text) => {
    for (const parser of parsers) expect(() => parser(text)).not.toThrow();
  }), { numRuns: 1000 });
});
