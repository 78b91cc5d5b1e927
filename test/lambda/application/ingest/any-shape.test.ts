import { gzipSync } from 'node:zlib';
import { recordJson } from '../../../../lambda-src/domain/records/record-json';
import {
  Column, Delimiter, FileFormat, HeaderMatching, Normalizer, Quoting, RaggedRows, RecordKeys, RecordSchema, RecordsProcessorProps,
  TextEncoding, UnknownColumns,
} from '../../../../src';
import { RecordModel } from '../../../../src/private/contract';
import { toRecordModel, validateRecordModel } from '../../../../src/private/ingest/record-model';
import { IngestWorld } from '../../../support/fakes/ingest-world';
import { anUpload } from '../../../support/fakes/uploads';

/** What is declared, as the function reads it. */
const declared = (props: RecordsProcessorProps) => JSON.parse(JSON.stringify(validateRecordModel(toRecordModel(props)))) as RecordModel;

const { TRIM, COLLAPSE_SPACES, LOWER_CASE, DECIMAL_COMMA } = Normalizer;
const schema = RecordSchema.of([
  Column.uuid('id', { required: true, unique: true }),
  Column.string('name', { normalize: [TRIM, COLLAPSE_SPACES], aliases: ['Bezeichnung'] }),
  Column.enumeration('kind', ['Tablet', 'Syrup'], { ignoreCase: true, aliases: ['Art'] }),
  Column.decimal('price', { normalize: [DECIMAL_COMMA], aliases: ['Preis'], min: 0 }),
  Column.date('since', { formats: ['d.M.yyyy'], aliases: ['Seit'] }),
  Column.timestamp('seen', { formats: ['dd.MM.yyyy HH:mm', 'iso'], timeZone: 'Europe/Berlin' }),
  Column.stringSet('tags', { normalize: [LOWER_CASE] }),
  Column.json('more'),
  Column.email('mail'),
  Column.uri('link', { schemes: ['https'] }),
  Column.computed('line', '{row}'),
  Column.computed('origin', '{fileName} of {metadata.supplier}'),
], { headerMatching: HeaderMatching.LOOSE, unknownColumns: UnknownColumns.IGNORE });
const keys = RecordKeys.of({ partitionKey: '{id}', sortKey: '{line}' });

const id = (nth: number) => `00000000-0000-4000-8000-00000000000${nth}`;
const FIRST = {
  id: id(1),
  name: 'Aspirin forte ü',
  kind: 'Tablet',
  price: '1234.5',
  since: '2024-02-29',
  seen: '2026-03-29T01:00:00Z',
  tags: ['pain', 'fever'],
  more: '{"dose":[0.1,null,true],"note":"a;b"}',
  mail: 'a@b.example',
  link: 'https://example.com/?a=b',
  line: '1',
  origin: 'a.csv of ACME',
};

async function ingest(props: RecordsProcessorProps, content: string | Uint8Array): Promise<IngestWorld> {
  const world = new IngestWorld(declared({ schema, keys, ...props }), anUpload(1, { metadata: { supplier: 'ACME' } })).put(content);
  await world.deliver();
  return world;
}

/** A record as clients see it, with the digits that it has. */
function stored(world: IngestWorld, partitionKey: string, sortKey: string): unknown {
  const { more, line, price, ...texts } = recordJson(world.table.get(partitionKey, sortKey)!, ['_pk', '_sk', '_pos', '_list']);
  return { ...texts, more: JSON.stringify(more), line: JSON.stringify(line), price: JSON.stringify(price) };
}

const rejectsOf = (world: IngestWorld) => world.rejects.get(world.key)?.map((line) => line.slice(-4)).slice(1);

test('a file of a spreadsheet in Latin-1, with all that people put into one', async () => {
  const text = [
    'Our drugs;2026', '',
    '# id and so on',
    'ID;Bezeichnung;ART;Preis;seit;Seen;Tags;More;Mail;Link;Internal',
    `${id(1).toUpperCase()};  Aspirin   forte \u00fc;TABLET;1.234,50;29.2.2024;29.03.2026 03:00;Pain|fever|PAIN|;'{"dose":[0.10,null,true],"note":"a;b"}'; a@b.example ;https://example.com/?a=b;x;too;much`,
    '# a remark',
    `${id(2)};short`,
    `${id(2).toUpperCase()};twice`,
    `${id(3)};;pill`,
    `${id(4)};;;1.5`,
    `${id(5)};;;;30.2.2024`,
    `${id(6)};;;;;29.03.2026 02:30`,
    `${id(7)};;;;;;;{`,
    `${id(8)};;;;;;;;a@`,
    `${id(9)};;;;;;;;;http://example.com`,
    'x',
  ].join('\r\n');
  const format = FileFormat.csv({
    delimiter: Delimiter.SEMICOLON,
    quoting: Quoting.SINGLE_QUOTE,
    comment: '#',
    preambleLines: 2,
    raggedRows: RaggedRows.FIT,
    encoding: TextEncoding.LATIN_1,
  });
  const world = await ingest({ formats: [format] }, Buffer.from(text, 'latin1'));
  expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 11, accepted: 2, rejected: 9 } });
  expect(stored(world, id(1), '1')).toEqual(FIRST);
  expect(recordJson(world.table.get(id(2), '2')!, ['_pk', '_sk', '_pos', '_list'])).toMatchObject({ id: id(2), name: 'short' });
  expect(rejectsOf(world)?.map(([row, column, code]) => [row, column, code])).toEqual([
    ['3', 'id', 'DUPLICATE_VALUE'], ['4', 'kind', 'NOT_ALLOWED'], ['5', 'price', 'NOT_A_DECIMAL'], ['6', 'since', 'NOT_A_DATE'],
    ['7', 'seen', 'NOT_A_TIMESTAMP'], ['8', 'more', 'NOT_JSON'], ['9', 'mail', 'NOT_AN_EMAIL'], ['10', 'link', 'NOT_A_URI'], ['11', 'id', 'NOT_A_UUID'],
  ]);
});

describe('objects, packed', () => {
  const object = {
    ID: id(1),
    Bezeichnung: FIRST.name,
    kind: 'tablet',
    price: '1234,5',
    Seit: '29.2.2024',
    seen: '2026-03-29T03:00',
    tags: ['pain', 'FEVER'],
    more: { dose: [0.1, null, true], note: 'a;b' },
    mail: FIRST.mail,
    link: FIRST.link,
    other: { x: 1 },
  };

  test.each([
    ['NDJSON', FileFormat.ndjson(), `${JSON.stringify(object)}\n{"id":"${id(2)}"}\n`],
    ['JSON', FileFormat.json(), JSON.stringify([object, { id: id(2) }], null, 2)],
  ])('%s', async (_, format, text) => {
    const world = await ingest({ formats: [format] }, gzipSync(text));
    expect([world.upload.error, world.upload.counts, rejectsOf(world)]).toEqual([null, { total: 2, accepted: 2, rejected: 0 }, undefined]);
    expect(stored(world, id(1), '1')).toEqual(FIRST);
  });
});

test('digits of JSON stay as many as DynamoDB keeps', async () => {
  const digits = '12345678901234567890.12345678901234567';
  const world = await ingest({ formats: [FileFormat.ndjson()] }, `{"id":"${id(1)}","more":{"a":[${digits}]}}`);
  expect(JSON.stringify(recordJson(world.table.get(id(1), '1')!).more)).toBe(`{"a":[${digits}]}`);
});

test.each<[string, unknown]>([['a text', 'a "b"\n'], ['a text of digits', '1'], ['a text of JSON', '{"a":1}'], ['no text', ''], ['a number', 1], ['null', { a: null }]])(
  'JSON in JSON: %s is what it was', async (_, more) => {
    const world = await ingest({ formats: [FileFormat.ndjson()] }, JSON.stringify({ id: id(1), more }));
    expect(rejectsOf(world)).toBeUndefined();
    expect(JSON.stringify(recordJson(world.table.get(id(1), '1')!).more)).toBe(JSON.stringify(more));
  },
);

test.each([FileFormat.ndjson(), FileFormat.json()])('numbers of JSON are what they are, whatever form texts have', async (format) => {
  const all = ['1.234', '1234.5', '1e3', '5', '-1.5'].map((price, nth) => `{"id":"${id(nth + 1)}","price":${price}}`);
  all.push(`{"id":"${id(6)}","price":"1.234"}`, `{"id":"${id(7)}","price":"1.234,5"}`);
  const world = await ingest({ formats: [format] }, format._toModel().kind === 'json' ? `[${all.join(',')}]` : all.join('\n'));
  const prices = [1, 2, 3, 4, 6, 7].map((nth) => world.table.get(id(nth), `${nth}`)!.price);
  expect(prices).toEqual(['1.234', '1234.5', '1000', '5', '1234', '1234.5'].map((N) => ({ N })));
  expect(rejectsOf(world)).toEqual([['5', 'price', 'TOO_SMALL', "'price' must be at least 0, got '-1,5'"]]);
});

test('a whole number of JSON is one in every spelling, and a text of a CSV file only without a point', async () => {
  const model = { schema: RecordSchema.of([Column.integer('n')]), keys: RecordKeys.of({ partitionKey: '{row}', sortKey: '{n}' }) };
  const ofJson = await ingest({ ...model, formats: [FileFormat.ndjson()] }, '{"n":7.0}\n{"n":1e2}\n{"n":-0.0}\n{"n":7.5}\n{"n":"7.0"}');
  expect(['7', '100', '0'].map((n, nth) => ofJson.table.get(`${nth + 1}`, n)?.n)).toEqual([{ N: '7' }, { N: '100' }, { N: '0' }]);
  expect(rejectsOf(ofJson)!.map(([row, , code]) => [row, code])).toEqual([['4', 'NOT_AN_INTEGER'], ['5', 'NOT_AN_INTEGER']]);
  const ofCsv = await ingest(model, 'n\n7\n7.0\n');
  expect(rejectsOf(ofCsv)).toEqual([['2', 'n', 'NOT_AN_INTEGER', "'n' must be a whole number such as 42, got '7.0'"]]);
});

test('columns that are not declared are texts, empty ones included; declared ones that are empty are left out', async () => {
  const declaredToo = RecordSchema.of([Column.string('a')], { unknownColumns: UnknownColumns.KEEP });
  for (const [format, text] of [[FileFormat.csv(), 'a,b\n,\n'], [FileFormat.ndjson(), '{"a":null,"b":null}']] as const) {
    const fieldsOf = async (schema_: RecordSchema) => {
      const world = await ingest({ schema: schema_, keys: RecordKeys.of({ partitionKey: '{row}' }), formats: [format] }, text);
      const { a, b } = world.table.get('1', 'RECORD')!;
      return { a, b };
    };
    expect(await fieldsOf(RecordSchema.any())).toEqual({ a: { S: '' }, b: { S: '' } });
    expect(await fieldsOf(declaredToo)).toEqual({ b: { S: '' } });
  }
});

test('a file without a header', async () => {
  const format = FileFormat.csv({ header: ['id', 'name', 'unused'], raggedRows: RaggedRows.FILL });
  const world = await ingest({ formats: [format] }, `${id(1)},a\n${id(2)},b,x\n${id(3)},c,x,y\n`);
  expect(world.upload.counts).toEqual({ total: 3, accepted: 2, rejected: 1 });
  expect(recordJson(world.table.get(id(2), '2')!)).toMatchObject({ id: id(2), name: 'b' });
  expect(rejectsOf(world)).toEqual([['3', '', 'WRONG_FIELD_COUNT', 'the row must have 3 fields like the header, got 4']]);
});
