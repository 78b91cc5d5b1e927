import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileColumn } from '../../../../lambda-src/domain/columns/column-types';
import { WireValue } from '../../../../lambda-src/domain/records/wire';
import { Problem, RejectCode } from '../../../../lambda-src/domain/rejects/reject';
import { formatFault } from '../../../../src/private/columns/time-format';
import { ColumnModel, ColumnType } from '../../../../src/private/contract';
import { CSV_SUITES } from '../../../support/csv-files';

interface Constraints {
  readonly enum?: ReadonlyArray<string | number>;
  readonly minimum?: string | number;
  readonly maximum?: string | number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly required?: boolean;
  readonly unique?: boolean;
}

interface TableSchemaCase {
  /** None: a constraint is checked by itself, of a value that is cast already. */
  readonly type?: string;
  readonly format?: string;
  readonly options?: {
    readonly decimalChar?: string;
    readonly groupChar?: string;
    readonly trueValues?: readonly string[];
    readonly falseValues?: readonly string[];
  };
  readonly constraints?: Constraints;
  /** A `Date` of JavaScript's is an object here. */
  readonly input?: string | number | boolean | null | readonly number[] | { readonly date: string };
  /** What it is cast to; none: it only has to pass. */
  readonly value?: string | number | boolean;
  /** The value is refused. */
  readonly error?: true;
  /** The settings are. */
  readonly refused?: true;
}

const cases = JSON.parse(readFileSync(join(CSV_SUITES, 'tableschema', 'cases.json'), 'utf8')) as TableSchemaCase[];

const TYPES: Readonly<Record<string, ColumnType>> = {
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamp',
  integer: 'integer',
  number: 'decimal',
  string: 'string',
  email: 'email',
  uri: 'uri',
  uuid: 'uuid',
};
const CODES: Readonly<Partial<Record<ColumnType | keyof Constraints, RejectCode>>> = {
  boolean: 'NOT_A_BOOLEAN',
  date: 'NOT_A_DATE',
  timestamp: 'NOT_A_TIMESTAMP',
  integer: 'NOT_AN_INTEGER',
  decimal: 'NOT_A_DECIMAL',
  email: 'NOT_AN_EMAIL',
  uri: 'NOT_A_URI',
  uuid: 'NOT_A_UUID',
  enum: 'NOT_ALLOWED',
  minimum: 'TOO_SMALL',
  maximum: 'TOO_LARGE',
  minLength: 'TOO_SHORT',
  maxLength: 'TOO_LONG',
  pattern: 'PATTERN_MISMATCH',
  required: 'REQUIRED',
};
/** Their letters of dates and times are those of C (strptime), ours those of Unicode. */
const LETTERS: Readonly<Record<string, string>> = { d: 'dd', m: 'MM', y: 'yy', Y: 'yyyy', H: 'HH', M: 'mm' };

function nameOf({ type, format, options, constraints, input }: TableSchemaCase): string {
  const settings = [options, constraints, input].map((one) => JSON.stringify(one));
  return [type, format === 'default' ? undefined : format, ...settings].filter((part) => part !== undefined).join(' ');
}

/** What no column can be asked for: a field is a text and never a `Date` of JavaScript's, and no type of ours is Base64. */
function isOutOfReach({ format, input }: TableSchemaCase): boolean {
  return format === 'binary' || (typeof input === 'object' && input !== null && 'date' in input);
}

/** With those of its settings that columns have. */
function columnOf({ type, format = 'default', options, constraints = {}, input }: TableSchemaCase): ColumnModel {
  const { minimum, maximum, enum: allowed, required = false, minLength, maxLength, pattern, unique } = constraints;
  const own = TYPES[format] ?? TYPES[type ?? (typeof input === 'number' ? 'integer' : 'string')];
  const isPattern = (own === 'date' || own === 'timestamp') && format !== 'default' && format !== 'any';
  return {
    name: 'x',
    type: own,
    required,
    formats: isPattern ? [format.replace('fmt:', '').replace(/%(\w)/g, (_, letter: string) => LETTERS[letter])] : undefined,
    normalize: options?.decimalChar === ',' ? ['decimalComma'] : options?.groupChar === ',' ? ['thousandsSeparators'] : undefined,
    trueValues: options?.trueValues,
    falseValues: options?.falseValues,
    allowed: allowed?.map(String),
    min: minimum?.toString(),
    max: maximum?.toString(),
    minLength,
    maxLength,
    pattern,
    unique,
  };
}

/** The field that a row would have: of JSON's numbers and words their text, of null an empty one, and of a list a text as long. */
function textOf(input: TableSchemaCase['input']): string {
  return String(input ?? '');
}

type Outcome = WireValue | RejectCode | 'NO_SUCH_FORMAT' | undefined;

function outcomeOf(one: TableSchemaCase): Outcome {
  const column = columnOf(one);
  // The constructs refuse it, so that there is never such a column.
  if (column.formats?.some((format) => formatFault(column.type as 'date' | 'timestamp', format) !== undefined)) return 'NO_SUCH_FORMAT';
  const value = compileColumn(column)(textOf(one.input));
  return value instanceof Problem ? value.code : value;
}

/** What the suite says, in our words. */
function expectedOf(one: TableSchemaCase): Outcome {
  const { type } = columnOf(one);
  const { value, format, constraints = {}, input } = one;
  const [constraint] = Object.keys(constraints) as Array<keyof Constraints>;
  if (one.error) return format === 'invalid' ? 'NO_SUCH_FORMAT' : CODES[constraint ?? type];
  if (typeof value === 'boolean') return { BOOL: value };
  const text = value?.toString() ?? textOf(input);
  if (type === 'integer' || type === 'decimal') return { N: text };
  // Their timestamps are local times, whatever zone the text names.
  return { S: type === 'timestamp' ? `${text}Z` : text };
}

/** Where we mean to differ, by name. */
const DIFFERENCES: Readonly<Record<string, Outcome>> = {
  // People write more words for true and false, and all of them in any case.
  'boolean "YES"': { BOOL: true },
  'boolean "Yes"': { BOOL: true },
  'boolean "yes"': { BOOL: true },
  'boolean "y"': { BOOL: true },
  'boolean "t"': { BOOL: true },
  'boolean {"trueValues":["y"]} "Y"': { BOOL: true },
  'boolean "NO"': { BOOL: false },
  'boolean "No"': { BOOL: false },
  'boolean "no"': { BOOL: false },
  'boolean "n"': { BOOL: false },
  'boolean "f"': { BOOL: false },
  'boolean {"falseValues":["n"]} "N"': { BOOL: false },
  // Fields are texts, and rows of JSON come as the texts of their values: 1 is '1'.
  'boolean 1': { BOOL: true },
  'boolean 0': { BOOL: false },
  'string 0': { S: '0' },
  // An empty field is no value, as in their tables, whose `missingValues` are ['']: only a required column minds.
  'boolean ""': undefined,
  'date ""': undefined,
  'date any ""': undefined,
  'date %d/%m/%y ""': undefined,
  'date fmt:%d/%m/%y ""': undefined,
  'datetime ""': undefined,
  'datetime any ""': undefined,
  'datetime %d/%m/%y %H:%M ""': undefined,
  'datetime fmt:%d/%m/%y %H:%M ""': undefined,
  'integer ""': undefined,
  'number ""': undefined,
  'string ""': undefined,
  'string uri ""': undefined,
  'string email ""': undefined,
  'string uuid ""': undefined,
  // A date is a day: the year alone is none.
  'date %Y "2005"': 'NO_SUCH_FORMAT',
  // DynamoDB has no such numbers.
  'number "NaN"': 'NOT_A_DECIMAL',
  'number "INF"': 'NOT_A_DECIMAL',
  'number "-INF"': 'NOT_A_DECIMAL',
  // What stands around a number says what it counts: to drop it makes 100 of 100%.
  'integer {"bareNumber":false} "1$"': 'NOT_AN_INTEGER',
  'integer {"bareNumber":false} "ab1$"': 'NOT_AN_INTEGER',
  'number {"bareNumber":false} "100%"': 'NOT_A_DECIMAL',
  'number {"bareNumber":false} "1000‰"': 'NOT_A_DECIMAL',
  'number {"bareNumber":false} "$10000.00"': 'NOT_A_DECIMAL',
  'number {"groupChar":" ","decimalChar":",","bareNumber":false} "  10 000,00 £"': 'NOT_A_DECIMAL',
  'number {"groupChar":",","bareNumber":false} "  10,000.00 €"': 'NOT_A_DECIMAL',
  // Other signs are no setting.
  'number {"groupChar":"#"} "10#000.00"': 'NOT_A_DECIMAL',
  'number {"groupChar":"#"} "10#000#000.50"': 'NOT_A_DECIMAL',
  'number {"groupChar":"#"} "1#000"': 'NOT_A_DECIMAL',
  'number {"groupChar":"#","decimalChar":"@"} "10#000@00"': 'NOT_A_DECIMAL',
  'number {"groupChar":"#","decimalChar":"@"} "10#000#000@50"': 'NOT_A_DECIMAL',
  'number {"groupChar":"#","decimalChar":"@"} "10@50"': 'NOT_A_DECIMAL',
  'number {"groupChar":"#","decimalChar":"@"} "1#000"': 'NOT_A_DECIMAL',
};

const ofValues = cases.filter((one) => !one.refused && !isOutOfReach(one));

test('tableschema-js: of 186 cases 171 are of values that a column can get; 123 of them are the same, and no other difference than those named', () => {
  const differing: string[] = [];
  for (const one of ofValues) {
    const name = nameOf(one);
    const expected = expectedOf(one);
    const isOther = Object.hasOwn(DIFFERENCES, name);
    expect({ case: name, outcome: outcomeOf(one) }).toEqual({ case: name, outcome: isOther ? DIFFERENCES[name] : expected });
    if (!isOther) continue;
    expect({ case: name, outcome: DIFFERENCES[name] }).not.toEqual({ case: name, outcome: expected });
    differing.push(name);
  }
  expect(differing.sort()).toEqual(Object.keys(DIFFERENCES).sort());
  expect([cases.length, ofValues.length, ofValues.length - differing.length]).toEqual([186, 171, 123]);
});

test('its 15 empty texts are refused where a value is required', () => {
  const empty = ofValues.filter(({ input }) => input === '');
  for (const one of empty) expect(compileColumn({ ...columnOf(one), required: true })('')).toMatchObject({ code: 'REQUIRED' });
  expect(empty).toHaveLength(15);
});

test('its 2 bounds that are no value of the type are refused with the column', () => {
  const refused = cases.filter((one) => one.refused);
  const messages = ['min', 'max'].map((bound) => `'${bound}' of column 'x' must be a whole number such as 42, got 'bad'`);
  expect(refused).toHaveLength(messages.length);
  refused.forEach((one, nth) => expect(() => compileColumn(columnOf(one))).toThrow(new Error(messages[nth])));
});

test('13 of its cases are out of reach: 8 of a Date of JavaScript\'s, 5 of Base64', () => {
  const out = cases.filter(isOutOfReach);
  expect([out.length, out.filter(({ format }) => format === 'binary').length]).toEqual([13, 5]);
});
