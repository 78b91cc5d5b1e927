import fc from 'fast-check';
import { JsonProblem, readMembers } from '../../../../lambda-src/adapters/rows/json-members';

/** JSON.parse with the digits of numbers, by their source. */
const exact = (text: string): unknown => JSON.parse(text, ((_name: string, value: unknown, { source }: { source?: string }) => (
  typeof value === 'number' ? { digits: source } : value
)) as never);

/** What JSON.parse makes of an object, and what is inside it. */
const reference = (text: string) => new Map(Object.entries(exact(text) as object));

const read = (text: string) => {
  const { names, texts } = readMembers(text);
  return new Map(names.map((name, nth) => [name, texts[nth]]));
};
const problem = (text: string) => {
  try {
    readMembers(text);
  } catch (error) {
    return error as JsonProblem;
  }
  throw new Error('it was read');
};

const number = fc.oneof(
  fc.constantFrom('0', '-0', '1.10', '1e400', '-1E-7', '0.1', '12345678901234567890.123456789', '1E+2'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.maxSafeInteger().map(String),
);
const odd = fc.constantFrom('__proto__', '', 'constructor', '\u2028', 'a"b\\c/d', '[{', '\n\t');
const string = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), odd).filter((text) => text.isWellFormed());
const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
/** With escapes where none are needed. */
const escaped = string.map((text) => `"${[...text].map((character) => (character.length === 1 ? escape(character) : character)).join('')}"`);
const blank = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t ');
const list = (items: string[], gap: string) => `[${gap}${items.join(`${gap},`)}]`;
const members = (names: string[], inner: string, gap: string) => `{${names.map((name) => `${JSON.stringify(name)}:${gap}${inner}`).join(',')}${gap}}`;
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    number, string.map((text) => JSON.stringify(text)), escaped, fc.constantFrom('true', 'false', 'null'),
    fc.tuple(fc.array(tie('value'), { maxLength: 3 }), blank).map(([items, gap]) => list(items, gap)),
    fc.tuple(fc.uniqueArray(fc.string(), { maxLength: 3 }), tie('value'), blank).map(([names, inner, gap]) => members(names, inner, gap)),
  ),
}));
const distinct = fc.uniqueArray(fc.tuple(string, value), { selector: ([name]) => name, maxLength: 6 });
const object = fc.tuple(distinct, blank).map(([all, gap]) => (
  `${gap}{${gap}${all.map(([name, inner]) => `${JSON.stringify(name)}${gap}:${gap}${inner}${gap}`).join(`,${gap}`)}}${gap}`
));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('objects are what JSON.parse makes of them, with all digits', () => {
  fc.assert(fc.property(object, (text) => {
    const row = read(text);
    const expected = reference(text);
    expect(new Set(row.keys())).toEqual(new Set(expected.keys()));
    for (const [name, inside] of expected) {
      const field = row.get(name)!;
      if (inside === null) expect(field).toBe('');
      else if (typeof inside === 'string') expect(field).toBe(inside);
      else expect(exact(field)).toEqual(inside);
    }
  }), { numRuns: 2000 });
});

test('what JSON.parse refuses is refused, and nothing else', () => {
  const insertion = fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', 't', ' ', '\n', '\u0001', 'u', 'null', '/');
  const edit = fc.tuple(fc.nat(), insertion, fc.nat(3));
  fc.assert(fc.property(object, edit, (text, [where, insert, cut]) => {
    const at = where % (text.length + 1);
    const broken = text.slice(0, at) + insert + text.slice(at + cut);
    let outcome = 'read';
    try {
      readMembers(broken);
    } catch (error) {
      outcome = error instanceof JsonProblem ? error.code : String(error);
      if (outcome === 'MALFORMED_JSON' && !(error as JsonProblem).isSyntax) outcome = 'half a character';
    }
    if (outcome === 'half a character') {
      expect(isJson(broken)).toBe(true);
    } else if (!isJson(broken)) {
      expect({ broken, outcome }).toEqual({ broken, outcome: 'MALFORMED_JSON' });
    } else {
      expect({ broken, outcome }).toEqual({ broken, outcome: broken.trim().startsWith('{') ? 'read' : 'NOT_AN_OBJECT' });
    }
  }), { numRuns: 5000 });
});

test('a name that occurs twice is there twice', () => {
  expect(readMembers('{"a":1,"b":2,"a":3}')).toEqual({ names: ['a', 'b', 'a'], texts: ['1', '2', '3'], numbers: [0, 1, 2] });
  expect(readMembers('{"__proto__":{"x":1},"constructor":null}')).toEqual({ names: ['__proto__', 'constructor'], texts: ['{"x":1}', ''] });
});

test('values are texts as a file would have them', () => {
  const text = '{"n":1.10,"big":12345678901234567890123,"t":true,"f":false,"null":null,"s":" a\\u00fc ","l":[1.0, "a , b" ,{ "x" : [ ] }],"o":{}}';
  expect([...read(text).values()]).toEqual(['1.10', '12345678901234567890123', 'true', 'false', '', ' aü ', '[1.0,"a , b",{"x":[]}]', '{}']);
});

test('a string stays the JSON that it is where it is to, and a name never does', () => {
  const text = '{"j":"a\\u00fc\\"\\n" ,"s":"a\\u00fc","j2":"" , "\\u006a":"1","n":1,"o":{"j":"x"},"z":null}';
  expect(readMembers(text, (name) => name !== 's')).toEqual({
    names: ['j', 's', 'j2', 'j', 'n', 'o', 'z'], texts: ['"a\\u00fc\\"\\n"', 'aü', '""', '"1"', '1', '{"j":"x"}', ''], numbers: [4],
  });
  expect(() => readMembers('{"j":"\\ud83d"}', () => true)).toThrow('half a character');
  expect(() => readMembers('{"j":"\\x"}', () => true)).toThrow('is unexpected');
});

test.each([
  ['', 'the row is not JSON: it ends too early'],
  ['{"a":1', 'the row is not JSON: it ends too early'],
  ['{"a":01}', "the row is not JSON: '1}' is unexpected at character 7"],
  ['{"a":"\n"}', "the row is not JSON: '\n\"}' is unexpected at character 7"],
  ['{"a":[1}', "the row is not JSON: '[1}' is unexpected at character 6"],
  ['{"a":[1', 'the row is not JSON: it ends too early'],
  ['{"a":1} {}', "the row is not JSON: '{}' is unexpected at character 9"],
  ['{"a":1,}', "the row is not JSON: '}' is unexpected at character 8"],
  ["{'a':1}", "the row is not JSON: ''a':1}' is unexpected at character 2"],
  ['{"a":NaN}', "the row is not JSON: 'NaN}' is unexpected at character 6"],
  ['name,price', "the row is not JSON: 'name,price' is unexpected at character 1"],
])('%j is no JSON', (text, message) => {
  expect(problem(text)).toMatchObject({ code: 'MALFORMED_JSON', message, isSyntax: true });
});

test.each([['5', "'5'"], [' [1] ', "'[1]'"], ['null', "'null'"], ['"a"', '\'"a"\'']])('%j is no object', (text, got) => {
  expect(problem(text)).toMatchObject({ code: 'NOT_AN_OBJECT', message: `the row must be an object, got ${got}`, isSyntax: false });
});

test('half a character is refused: DynamoDB would store something else', () => {
  expect(problem('{"a":"x\\ud83d"}')).toMatchObject({ code: 'MALFORMED_JSON', message: 'the row has half a character in the text at character 6', isSyntax: false });
  expect(read('{"a":"\\ud83d\\udc8a"}').get('a')).toBe('💊');
});

test.each([['[', ']'], ['{"a":', '}']])('what is nested 300,000 levels deep is no danger: %s', (opening, closing) => {
  const depth = 300_000;
  expect(read(`{"a":${opening.repeat(depth)}1${closing.repeat(depth)}}`).get('a')).toHaveLength(depth * (opening.length + 1) + 1);
  expect(problem(opening.repeat(depth)).code).toBe('MALFORMED_JSON');
});
