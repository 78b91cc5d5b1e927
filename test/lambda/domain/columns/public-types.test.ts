import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { compileColumn } from '../../../../lambda-src/domain/columns/column-types';
import { wireText } from '../../../../lambda-src/domain/records/wire';
import { Problem } from '../../../../lambda-src/domain/rejects/reject';
import { formatFault } from '../../../../src/private/columns/time-format';
import { ColumnModel } from '../../../../src/private/contract';

const FIXTURES = join(__dirname, '..', '..', '..', 'fixtures');

function read(column: Partial<ColumnModel> & Pick<ColumnModel, 'type'>, text: string): unknown {
  const value = compileColumn({ name: 'x', required: false, ...column })(text);
  return value instanceof Problem ? value.code : value;
}

/** Casts of texts in Frictionless Data's Table Schema; `error`: the text is no value. */
describe('tableschema-js', () => {
  interface Cast {
    readonly format: string;
    readonly value: string;
    readonly result?: unknown;
    readonly error?: true;
    readonly options?: Readonly<Record<string, unknown>>;
  }
  const casts = JSON.parse(readFileSync(join(FIXTURES, 'tableschema-js', 'cases.json'), 'utf8')) as Record<string, Cast[]>;

  /** strptime's letters, of which formats are made there. */
  const inUnicode = (format: string) => format.replace(/^fmt:/, '').replaceAll('%d', 'dd').replaceAll('%m', 'MM')
    .replaceAll('%y', 'yy').replaceAll('%Y', 'yyyy').replaceAll('%H', 'HH').replaceAll('%M', 'mm');

  /** undefined: nothing of ours is like it. */
  function columnFor(type: string, { format, options }: Cast): (Partial<ColumnModel> & Pick<ColumnModel, 'type'>) | undefined {
    const isPlain = format === 'default' || format === 'any';
    switch (type) {
      case 'boolean': return { type, ...options };
      case 'date': return isPlain ? { type } : { type, formats: [inUnicode(format)] };
      case 'datetime': return isPlain ? { type: 'timestamp' } : { type: 'timestamp', formats: [inUnicode(format)] };
      case 'integer': return options ? undefined : { type };
      case 'number': {
        if (!options) return { type: 'decimal' };
        if (options.bareNumber === false || (options.decimalChar ?? options.groupChar) !== ',') return undefined;
        return { type: 'decimal', normalize: [options.decimalChar === ',' ? 'decimalComma' : 'thousandsSeparators'] };
      }
      case 'string': return format === 'default' ? { type } : format === 'binary' ? undefined : { type: format as 'uri' | 'email' | 'uuid' };
      default: return { type: 'json' };
    }
  }

  /** What is a value here and none there, or the other way round. */
  const DIFFERENCES: Readonly<Record<string, string>> = {
    'boolean yes': 'more words are true or false: yes, y, t, no, n and f in any case',
    'boolean YES': 'as above',
    'boolean Yes': 'as above',
    'boolean y': 'as above',
    'boolean Y': 'as above',
    'boolean t': 'as above',
    'boolean f': 'as above',
    'boolean no': 'as above',
    'boolean n': 'as above',
    'boolean NO': 'as above',
    'boolean No': 'as above',
    'boolean N': 'as above',
    'number NaN': 'DynamoDB has numbers only',
    'number INF': 'as above',
    'number -INF': 'as above',
    'array {"key": "value"}': 'JSON may be anything',
    'array 3.14': 'as above',
    'object ["key", "value"]': 'as above',
    'object 3.14': 'as above',
  };
  const isKnown = (type: string, { value, error }: Cast) => DIFFERENCES[`${type} ${value}`] !== undefined && (error || type !== 'boolean');

  const applicable = Object.entries(casts).flatMap(([type, cases]) => cases.flatMap((cast) => {
    const column = columnFor(type, cast);
    // A format that is none is refused when the app is synthesized.
    const isRefused = column?.formats?.some((format) => formatFault(type === 'date' ? 'date' : 'timestamp', format) !== undefined);
    return column === undefined || isRefused ? [] : [{ type, cast, column }];
  }));

  test('has cases of every type', () => {
    expect(applicable.length).toBeGreaterThan(90);
  });

  const named = applicable.map((found) => [`${found.type} (${found.cast.format}) '${found.cast.value}'`, found] as const);
  test.each(named)('%s', (_, { type, cast, column }) => {
    const { value, error, result } = cast;
    // An empty field is a missing value, whatever the type.
    if (value === '') return expect(read(column, value)).toBeUndefined();
    const ours = read(column, value);
    const isError = typeof ours === 'string';
    if (isKnown(type, cast)) return expect(isError).not.toBe(error ?? false);
    expect(isError).toBe(error ?? false);
    if (isError || column.type === 'json') return;
    const text = wireText(ours as never);
    if (type === 'date') return expect(text).toBe(String(result).slice(0, 10));
    if (type === 'datetime') return expect(text).toBe(String(result).replace('.000Z', 'Z'));
    if (type === 'number') return expect(Number(text)).toBe(result);
    expect(text).toBe(String(result));
  });
});

/** Validation tests of W3C's "CSV on the Web" that are about values. */
describe('csvw', () => {
  const INVALID = ['125', '154', '161', '163', '164', '165', '166', '167', '169', '186', '192', '197', '198', '210', '211', '230', '232'];
  /** What is valid here and not there. */
  const DIFFERENCES: Readonly<Record<string, string>> = {
    164: 'a decimal may have an exponent',
    232: 'that values are unique is checked between records, not by a column',
  };

  interface DataType {
    readonly base: string;
    readonly format?: string | { readonly pattern?: string; readonly decimalChar?: string };
    readonly [facet: string]: unknown;
  }
  interface Declared {
    readonly datatype?: string | DataType;
    readonly required?: boolean;
    readonly separator?: string;
  }

  interface Table {
    readonly tableSchema: { readonly columns: readonly Declared[] };
  }

  /** undefined: nothing of ours is like it, such as patterns of numbers, dates with a zone or exclusive bounds. */
  function columnFor({ datatype = 'string', required = false, separator }: Declared): ColumnModel | undefined {
    const { base, format, ...facets } = typeof datatype === 'string' ? { base: datatype } as DataType : datatype;
    const text = (facet: string) => (facets[facet] === undefined ? undefined : String(facets[facet]));
    const bounds = { min: text('minimum') ?? text('minInclusive'), max: text('maximum') ?? text('maxInclusive') };
    if (facets.minExclusive !== undefined || facets.maxExclusive !== undefined || facets.length !== undefined) return undefined;
    const common = { name: 'x', required };
    switch (base) {
      case 'integer': return format === undefined ? { ...common, type: 'integer', ...bounds } : undefined;
      case 'decimal': case 'double': case 'number': case 'float': {
        if (format === undefined) return { ...common, type: 'decimal', ...bounds };
        return typeof format === 'object' && format.decimalChar === ',' ? { ...common, type: 'decimal', normalize: ['decimalComma'] } : undefined;
      }
      case 'boolean': return { ...common, type: 'boolean' };
      case 'date': case 'dateTime': case 'dateTimeStamp': {
        const type = base === 'date' ? 'date' : 'timestamp';
        if (format === undefined) return { ...common, type, ...bounds };
        return formatFault(type, String(format)) === undefined ? { ...common, type, formats: [String(format)] } : undefined;
      }
      case 'anyURI': return { ...common, type: 'uri' };
      default: {
        const pattern = format === undefined ? undefined : String(format);
        const rules = { pattern, minLength: facets.minLength as number | undefined, maxLength: facets.maxLength as number | undefined };
        return separator === undefined ? { ...common, type: 'string', ...rules } : { ...common, type: 'stringSet', separator, ...rules };
      }
    }
  }

  const folder = join(FIXTURES, 'csvw');
  const ids = readdirSync(folder).flatMap((name) => /^test(\d+)\.csv$/.exec(name)?.[1] ?? []);

  test.each(ids)('test%s', (id) => {
    const metadata = JSON.parse(readFileSync(join(folder, `test${id}-metadata.json`), 'utf8')) as Table & { readonly tables?: Table[] };
    const { tableSchema } = metadata.tables?.[0] ?? metadata;
    const [, ...rows] = parse(readFileSync(join(folder, `test${id}.csv`)), { relax_column_count: true });
    const columns = tableSchema.columns.map(columnFor);
    const parsers = columns.map((column) => column && compileColumn(column));
    const values = rows.flatMap((row) => row.flatMap((text, nth) => (parsers[nth] ? [parsers[nth](text)] : [])));
    expect(values.length).toBeGreaterThan(0);
    const isInvalid = values.some((value) => value instanceof Problem);
    expect(isInvalid).toBe(INVALID.includes(id) && DIFFERENCES[id] === undefined);
  });
});
