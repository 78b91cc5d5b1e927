import { pickFormat } from '../../../../lambda-src/adapters/rows/pick-format';
import { CSV, CsvModel, FormatModel } from '../../../../src/private/contract';

const TSV: CsvModel = { ...CSV, delimiter: '\t' };
const DETECTED: CsvModel = { ...CSV, delimiter: null };
const NDJSON: FormatModel = { kind: 'ndjson', encoding: null };
const JSON_ARRAY: FormatModel = { kind: 'json', encoding: null };
const ALL = [JSON_ARRAY, TSV, CSV, NDJSON];

test.each<[string, string, FormatModel[] | undefined, FormatModel]>([
  ['a.csv', '', undefined, CSV],
  ['a.json', 'application/json', [TSV], TSV],
  ['a.csv', 'application/json', ALL, CSV],
  ['A.CSV', '', ALL, CSV],
  ['a.tsv', 'text/csv', ALL, TSV],
  ['a.tab', '', [NDJSON, DETECTED], DETECTED],
  ['a.tsv', '', [NDJSON, CSV], CSV],
  ['a.csv', '', [NDJSON, TSV], TSV],
  ['a.jsonl', '', ALL, NDJSON],
  ['a.ndjson.gz', '', ALL, NDJSON],
  ['a.json.zst', '', ALL, JSON_ARRAY],
  ['a.json', '', [CSV, NDJSON], NDJSON],
  ['a.b.csv.GZ', '', ALL, CSV],
  ['a.gz', 'application/x-ndjson', ALL, NDJSON],
  ['a', 'Text/CSV; charset=utf-8', ALL, CSV],
  ['a.txt', 'text/tab-separated-values', ALL, TSV],
  ['a.ndjson', 'text/csv', [JSON_ARRAY, CSV], CSV],
  ['a.txt', 'text/plain', ALL, JSON_ARRAY],
  ['csv', '', ALL, JSON_ARRAY],
])('%s of type %j', (fileName, contentType, formats, expected) => {
  expect(pickFormat({ formats }, { fileName, contentType })).toBe(expected);
});
