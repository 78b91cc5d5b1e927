import {
  BooleanColumnOptions, Column, ColumnOptions, EnumerationColumnOptions, Normalizer, RecordSchema, StringSetColumnOptions,
  TimestampColumnOptions, UriColumnOptions,
} from '../../../src';

const model = (column: Column): unknown => JSON.parse(JSON.stringify(column._toModel()));

describe('what is declared reaches the model', () => {
  test.each<[string, Column, object]>([
    ['an enumeration', Column.enumeration('a', ['x', 'y']), { type: 'string', allowed: ['x', 'y'], normalize: ['trim'] }],
    ['one in any case', Column.enumeration('a', ['x'], { ignoreCase: true, normalize: [Normalizer.COLLAPSE_SPACES, Normalizer.TRIM], defaultValue: ' X' }),
      { type: 'string', allowed: ['x'], normalize: ['trim', 'collapseSpaces'], ignoreCase: true, default: ' X' }],
    ['a set', Column.stringSet('a'), { type: 'stringSet', separator: '|' }],
    ['a set with rules', Column.stringSet('a', { separator: ', ', maxLength: 2, allowedValues: ['x'] }),
      { type: 'stringSet', separator: ', ', maxLength: 2, allowed: ['x'] }],
    ['JSON', Column.json('a', { required: true }), { type: 'json', required: true }],
    ['a UUID', Column.uuid('a', { unique: true }), { type: 'uuid', unique: true }],
    ['an e-mail address', Column.email('a', { normalize: [Normalizer.LOWER_CASE] }), { type: 'email', normalize: ['lowerCase'] }],
    ['a URI', Column.uri('a', { schemes: ['HTTPS'] }), { type: 'uri', schemes: ['https'] }],
    ['a number of rows', Column.computed('a', '{row}'), { type: 'integer', computed: '{row}' }],
    ['a computed text', Column.computed('a', '{metadata.b}:{row}'), { type: 'string', computed: '{metadata.b}:{row}' }],
    ['aliases', Column.boolean('a', { aliases: ['b', 'C d'] }), { type: 'boolean', aliases: ['b', 'C d'] }],
    ['a decimal comma', Column.decimal('a', { normalize: [Normalizer.DECIMAL_COMMA], defaultValue: '1.234,5', min: 0.5 }),
      { type: 'decimal', normalize: ['decimalComma'], default: '1.234,5', min: '0.5' }],
    ['separators of thousands', Column.integer('a', { normalize: [Normalizer.THOUSANDS_SEPARATORS], defaultValue: '1,000', min: 1000 }),
      { type: 'integer', normalize: ['thousandsSeparators'], default: '1,000', min: '1000' }],
    ['texts that are no value', Column.string('a', { nullValues: ['N/A', '\\N'], defaultValue: 'n/a' }),
      { type: 'string', nullValues: ['N/A', '\\N'], default: 'n/a' }],
    ['words of a boolean', Column.boolean('a', { trueValues: ['ja', 'J'], falseValues: ['nein'], defaultValue: 'JA' }),
      { type: 'boolean', trueValues: ['ja', 'J'], falseValues: ['nein'], default: 'JA' }],
    ['an epoch', Column.timestamp('a', { formats: ['epoch_millis', 'iso'], min: '1970-01-01T00:00Z', defaultValue: '0' }),
      { type: 'timestamp', formats: ['epoch_millis', 'iso'], min: '1970-01-01T00:00Z', default: '0' }],
    ['forms of dates', Column.date('a', { formats: ['d.M.yyyy', 'iso'], min: '2024-01-01', defaultValue: '1.1.2024' }),
      { type: 'date', formats: ['d.M.yyyy', 'iso'], min: '2024-01-01', default: '1.1.2024' }],
    ['a zone', Column.timestamp('a', { timeZone: 'Europe/Berlin', max: '2024-01-01T00:00', defaultValue: '2023-12-31T23:00Z' }),
      { type: 'timestamp', timeZone: 'Europe/Berlin', max: '2024-01-01T00:00', default: '2023-12-31T23:00Z' }],
  ])('%s', (_, column, expected) => {
    expect(model(column)).toEqual({ name: 'a', required: false, ...expected });
  });

  test('nothing more than that is the default', () => {
    expect(model(Column.string('a', { unique: false }))).toEqual({ name: 'a', type: 'string', required: false });
  });
});

const refused = (message: string) => new Error(message);

test.each<[string[], EnumerationColumnOptions, string]>([
  [[], {}, "'values' of the column 'a' must name at least one value, got none [NO_ALLOWED_VALUES]"],
  [['x', 'X'], { ignoreCase: true }, "'values' of the column 'a' must differ in more than their case with 'ignoreCase', got 'X' more than once [AMBIGUOUS_VALUES]"],
  [['x '], {}, "'values' of the column 'a' must be written as 'normalize' leaves them, got 'x ' for 'x' [NOT_NORMALIZED]"],
  [['X'], { normalize: [Normalizer.LOWER_CASE] }, "'values' of the column 'a' must be written as 'normalize' leaves them, got 'X' for 'x' [NOT_NORMALIZED]"],
  [['x'], { defaultValue: 'X' }, "'defaultValue' of the column 'a' must be one of 'values', got 'X' [DEFAULT_NOT_ALLOWED]"],
])('words %j cannot be with %j', (values, options, message) => {
  expect(() => Column.enumeration('a', values, options)).toThrow(refused(message));
});

test('words may differ in their case only without ignoreCase', () => {
  expect(() => Column.enumeration('a', ['x', 'X'])).not.toThrow();
});

test.each<[StringSetColumnOptions, StringSetColumnOptions, string]>([
  [{ separator: '0123456789' }, { separator: '01234567890' }, "'separator' of the column 'a' must have 1 to 10 characters, got '01234567890' [INVALID_SEPARATOR]"],
  [{ separator: ' ' }, { separator: '' }, "'separator' of the column 'a' must have 1 to 10 characters, got '' [INVALID_SEPARATOR]"],
  [{ defaultValue: ' | b' }, { defaultValue: ' | ' }, "'defaultValue' of the column 'a' must have at least one text, got ' | ' [INVALID_VALUE]"],
  [{ defaultValue: 'a[1]' }, { defaultValue: '[1]' }, "'defaultValue' of the column 'a' must be separated texts or a JSON array of strings, got '[1]' [INVALID_VALUE]"],
  [{ maxLength: 2, defaultValue: 'aa|bb' }, { maxLength: 2, defaultValue: 'aa|bbb' },
    "'defaultValue' of the column 'a' must have at most 2 characters, got 'bbb' [INVALID_VALUE]"],
  [{ allowedValues: ['x', 'y'], defaultValue: '["y","x"]' }, { allowedValues: ['x'], defaultValue: 'x|y' },
    "'defaultValue' of the column 'a' must be one of 'allowedValues', got 'x|y' [DEFAULT_NOT_ALLOWED]"],
])('a set may have %j and not %j', (taken, options, message) => {
  expect(() => Column.stringSet('a', taken)).not.toThrow();
  expect(() => Column.stringSet('a', options)).toThrow(refused(message));
});

test.each<[UriColumnOptions, UriColumnOptions, string]>([
  [{ schemes: ['urn', 'x-a+b.1'] }, { schemes: ['https:'] }, "'schemes' of the column 'a' must be schemes such as 'https', without a colon, got 'https:' [INVALID_SCHEME]"],
  [{}, { schemes: [] }, "'schemes' of the column 'a' must name at least one scheme, got none [INVALID_SCHEME]"],
  [{ schemes: ['https'], defaultValue: 'https://a' }, { schemes: ['https'], defaultValue: 'http://a' },
    "'defaultValue' of the column 'a' must be a value of its type uri, got 'http://a' [INVALID_VALUE]"],
])('a URI may have %j and not %j', (taken, options, message) => {
  expect(() => Column.uri('a', taken)).not.toThrow();
  expect(() => Column.uri('a', options)).toThrow(refused(message));
});

test.each<[(options: ColumnOptions) => Column, string, string, string]>([
  [(options) => Column.uuid('a', options), '3F2B8A52-6f0e-4c11-9d55-0c8f9f1f2a33', '3f2b8a526f0e4c119d550c8f9f1f2a33', 'uuid'],
  [(options) => Column.email('a', options), 'a@b', 'a@b.', 'email'],
  [(options) => Column.json('a', options), '{"a":1e125}', '{"a":1e126}', 'json'],
  [(options) => Column.json('a', options), `${'['.repeat(31)}${']'.repeat(31)}`, `${'['.repeat(32)}${']'.repeat(32)}`, 'json'],
])('%# a default is a value of its type', (make, taken, defaultValue, type) => {
  expect(() => make({ defaultValue: taken })).not.toThrow();
  expect(() => make({ defaultValue })).toThrow(refused(`'defaultValue' of the column 'a' must be a value of its type ${type}, got '${defaultValue}' [INVALID_VALUE]`));
});

describe('normalizers', () => {
  const { TRIM, LOWER_CASE, UPPER_CASE, COLLAPSE_SPACES, DECIMAL_COMMA, THOUSANDS_SEPARATORS } = Normalizer;
  const wrong = (type: string, normalizer: string) => `'normalize' of the ${type} column 'a' must not have '${normalizer}', which is for other types [INVALID_NORMALIZER]`;
  const kinds: Record<string, (normalize: Normalizer[]) => Column> = {
    string: (normalize) => Column.string('a', { normalize }),
    stringSet: (normalize) => Column.stringSet('a', { normalize }),
    uuid: (normalize) => Column.uuid('a', { normalize }),
    email: (normalize) => Column.email('a', { normalize }),
    uri: (normalize) => Column.uri('a', { normalize }),
    integer: (normalize) => Column.integer('a', { normalize }),
    decimal: (normalize) => Column.decimal('a', { normalize }),
    boolean: (normalize) => Column.boolean('a', { normalize }),
    date: (normalize) => Column.date('a', { normalize }),
    timestamp: (normalize) => Column.timestamp('a', { normalize }),
    json: (normalize) => Column.json('a', { normalize }),
  };
  const texts = [TRIM, LOWER_CASE, UPPER_CASE, COLLAPSE_SPACES];
  const numbers = [TRIM, COLLAPSE_SPACES, DECIMAL_COMMA, THOUSANDS_SEPARATORS];
  const others = [TRIM, COLLAPSE_SPACES];
  const taken: Record<string, Normalizer[]> = {
    string: texts,
    stringSet: texts,
    uuid: texts,
    email: texts,
    uri: texts,
    integer: numbers,
    decimal: numbers,
    boolean: others,
    date: others,
    timestamp: others,
    json: [TRIM],
  };

  test.each(Object.entries(kinds))('of a %s column', (type, make) => {
    for (const normalizer of Object.values(Normalizer)) {
      if (taken[type].includes(normalizer)) expect(() => make([normalizer])).not.toThrow();
      else expect(() => make([normalizer])).toThrow(refused(wrong(type, normalizer)));
    }
  });

  test('that contradict each other', () => {
    expect(() => Column.string('a', { normalize: [LOWER_CASE, UPPER_CASE] })).toThrow(
      refused("'normalize' of the column 'a' must not have 'lowerCase' and 'upperCase', which contradict each other [INVALID_NORMALIZER]"));
  });

  test('change a default like a field', () => {
    expect(() => Column.string('a', { normalize: [TRIM], maxLength: 1, defaultValue: ' b ' })).not.toThrow();
    expect(() => Column.decimal('a', { normalize: [DECIMAL_COMMA], max: 2, defaultValue: '1,5' })).not.toThrow();
    expect(() => Column.decimal('a', { normalize: [DECIMAL_COMMA], defaultValue: '1.5' })).toThrow(
      refused("'defaultValue' of the column 'a' must be a value of its type decimal, got '1.5' [INVALID_VALUE]"));
  });
});

test.each<[ColumnOptions, string]>([
  [{ aliases: ['a'] }, "'aliases' of the column 'a' must be other names than its own, each once, got 'a' [INVALID_ALIAS]"],
  [{ aliases: ['b', 'b'] }, "'aliases' of the column 'a' must be other names than its own, each once, got 'b' [INVALID_ALIAS]"],
  [{ aliases: [''] }, "'aliases' of the column 'a' must be text of 1 to 255 characters without white space around it, got '' [INVALID_ALIAS]"],
  [{ aliases: ['b '] }, "'aliases' of the column 'a' must be text of 1 to 255 characters without white space around it, got 'b ' [INVALID_ALIAS]"],
  [{ aliases: ['x'.repeat(256)] }, `'aliases' of the column 'a' must be text of 1 to 255 characters without white space around it, got '${'x'.repeat(256)}' [INVALID_ALIAS]`],
  [{ unique: true, defaultValue: 'x' }, "'unique' of the column 'a' contradicts 'defaultValue', got 'x' [INVALID_UNIQUE]"],
])('no column has %j', (options, message) => {
  expect(() => Column.string('a', options)).toThrow(refused(message));
});

test('an alias has up to 255 characters', () => {
  expect(() => Column.string('a', { aliases: ['x'.repeat(255)] })).not.toThrow();
});

describe('texts that are no value', () => {
  test.each<[ColumnOptions, string]>([
    [{ nullValues: ['N/A', ''] }, "'nullValues' of the column 'a' must be texts without white space around them, of at least one character, got '' [INVALID_NULL_VALUE]"],
    [{ nullValues: [' N/A'] }, "'nullValues' of the column 'a' must be texts without white space around them, of at least one character, got ' N/A' [INVALID_NULL_VALUE]"],
    [{ nullValues: ['-', 'x', '-'] }, "'nullValues' of the column 'a' must be different texts, got '-' more than once [INVALID_NULL_VALUE]"],
    [{ nullValues: ['-'], defaultValue: ' - ' }, "'nullValues' must not have '-', which is the default value of the column 'a' [NULL_VALUE_IN_USE]"],
  ])('are not %j', (options, message) => {
    expect(() => Column.string('a', options)).toThrow(refused(message));
  });

  test.each<[string, () => Column, string, string]>([
    ['a text', () => Column.string('a', { nullValues: ['-'], allowedValues: ['x', '-'] }), '-', 'an allowed value'],
    ['a number', () => Column.integer('a', { nullValues: ['-1'], allowedValues: [-1] }), '-1', 'an allowed value'],
    ['a word in any case', () => Column.enumeration('a', ['None'], { nullValues: ['NONE'], ignoreCase: true }), 'None', 'an allowed value'],
    ['true', () => Column.boolean('a', { nullValues: ['JA'], trueValues: ['ja'] }), 'ja', 'a word for true'],
    ['false', () => Column.boolean('a', { nullValues: ['-'], falseValues: ['-'] }), '-', 'a word for false'],
    ['what JSON has for false', () => Column.boolean('a', { nullValues: ['FALSE'] }), 'false', 'a word for false'],
    ['what JSON has for true', () => Column.boolean('a', { nullValues: ['true'], trueValues: ['ja'] }), 'true', 'a word for true'],
    ['the default of a set', () => Column.stringSet('a', { nullValues: ['-'], defaultValue: 'x| - ' }), '-', 'the default value'],
  ])('are not %s', (_, make, text, what) => {
    expect(make).toThrow(refused(`'nullValues' must not have '${text}', which is ${what} of the column 'a' [NULL_VALUE_IN_USE]`));
  });

  test('may be other texts of a column', () => {
    expect(() => Column.enumeration('a', ['none'], { nullValues: ['NONE'] })).not.toThrow();
    expect(() => Column.boolean('a', { nullValues: ['0', '-'], defaultValue: 'yes' })).not.toThrow();
    expect(() => Column.json('a', { nullValues: ['null', '\\N'] })).not.toThrow();
    expect(() => Column.string('a', { nullValues: [] })).not.toThrow();
  });

  const nullsOf = (schema: RecordSchema) => (JSON.parse(JSON.stringify(schema._toModel())) as { columns: object[] }).columns;
  const fields = (name: string, type: string) => ({ name, type, required: false });

  test('of a schema are those of columns that say none themselves', () => {
    const columns = [
      Column.string('a'), Column.integer('b', { nullValues: ['0'] }), Column.date('c', { nullValues: [] }), Column.computed('d', '{row}'),
    ];
    expect(nullsOf(RecordSchema.of(columns, { nullValues: ['-'] }))).toEqual([
      { ...fields('a', 'string'), nullValues: ['-'] }, { ...fields('b', 'integer'), nullValues: ['0'] }, { ...fields('c', 'date'), nullValues: [] },
      { ...fields('d', 'integer'), computed: '{row}' },
    ]);
    expect(nullsOf(RecordSchema.of([Column.string('a')]))).toEqual([fields('a', 'string')]);
  });

  test('of a schema keep the same rules', () => {
    expect(() => RecordSchema.of([Column.string('a', { nullValues: [] })], { nullValues: ['- '] })).toThrow(
      refused("'nullValues' of the schema must be texts without white space around them, of at least one character, got '- ' [INVALID_NULL_VALUE]"));
    expect(() => RecordSchema.of([Column.string('a', { defaultValue: '-' })], { nullValues: ['-'] })).toThrow(
      refused("'nullValues' must not have '-', which is the default value of the column 'a' [NULL_VALUE_IN_USE]"));
    expect(() => RecordSchema.of([Column.string('a', { defaultValue: '-', nullValues: ['x'] })], { nullValues: ['-'] })).not.toThrow();
  });
});

test.each<[BooleanColumnOptions, BooleanColumnOptions, string]>([
  [{ trueValues: ['x'] }, { trueValues: [] }, "'trueValues' of the column 'a' must name at least one word, got none [NO_WORDS]"],
  [{ falseValues: ['a b'] }, { falseValues: ['a b '] },
    "'falseValues' of the column 'a' must be words without white space around them, as 'normalize' leaves them, got 'a b ' [INVALID_WORD]"],
  [{ trueValues: ['a  b'] }, { trueValues: ['a  b'], normalize: [Normalizer.COLLAPSE_SPACES] },
    "'trueValues' of the column 'a' must be words without white space around them, as 'normalize' leaves them, got 'a  b' [INVALID_WORD]"],
  [{ trueValues: ['-'] }, { trueValues: [''] }, "'trueValues' of the column 'a' must be words without white space around them, as 'normalize' leaves them, got '' [INVALID_WORD]"],
  [{ trueValues: ['ja', 'j'] }, { trueValues: ['ja', 'JA'] }, "'trueValues' of the column 'a' must differ in more than their case, got 'ja' more than once [INVALID_WORD]"],
  [{ trueValues: ['0'], falseValues: ['1'] }, { trueValues: ['0'] },
    "'trueValues' and 'falseValues' of the column 'a' must be different words, in whatever case, got '0' for both [AMBIGUOUS_WORDS]"],
  [{ falseValues: ['False'] }, { falseValues: ['True'] },
    "'trueValues' and 'falseValues' of the column 'a' must be different words, in whatever case, got 'true' for both [AMBIGUOUS_WORDS]"],
  [{ trueValues: ['ja'], defaultValue: 'nO' }, { trueValues: ['ja'], defaultValue: 'yes' },
    "'defaultValue' of the column 'a' must be a value of its type boolean, got 'yes' [INVALID_VALUE]"],
])('a boolean may have %j and not %j', (taken, options, message) => {
  expect(() => Column.boolean('a', taken)).not.toThrow();
  expect(() => Column.boolean('a', options)).toThrow(refused(message));
});

test.each<[string, () => Column]>([
  ['json', () => Column.json('a', { unique: true })],
  ['stringSet', () => Column.stringSet('a', { unique: true })],
  ['boolean', () => Column.boolean('a', { unique: true })],
])('values of a %s column cannot be unique', (type, make) => {
  expect(make).toThrow(refused(`'unique' of the column 'a' must not be true for a ${type} column [INVALID_UNIQUE]`));
});

describe('forms of dates and timestamps', () => {
  const fault = (type: string, format: string, reason: string) => (
    `'formats' of the ${type} column 'a' must be formats such as '${type === 'date' ? 'dd.MM.yyyy' : 'dd.MM.yyyy HH:mm'}', got '${format}': ${reason} [INVALID_FORMAT]`);
  const letters = 'yyyy, yy, M, MM, MMM, MMMM, d, dd, H, HH, h, hh, m, mm, s, ss, a, X, XX, XXX, S to SSSSSSSSS; put text in apostrophes';

  test.each([
    ['yyyy-MM', 'it has no day'],
    ['dd.MM.', 'it has no year'],
    ['', 'it has no year'],
    ['dd.MM.yyyy HH', 'a date has no time of day'],
    ['dd.MM.yyyyX', 'a date has no time of day'],
    ['DD.MM.yyyy', `'DD' is none of ${letters}`],
    ['dd.MMMMM.yyyy', `'MMMMM' is none of ${letters}`],
    ['dd of MM yyyy', `'o' is none of ${letters}`],
    ["dd 'of MM yyyy", 'an apostrophe is left open'],
    ['dd.d.MM.yyyy', 'it has the day twice'],
    ['dMyyyy', 'digits follow a number of one or two digits'],
    ["d'1'MMyyyy", 'digits follow a number of one or two digits'],
  ])("a date has not the form '%s'", (format, reason) => {
    expect(() => Column.date('a', { formats: [format] })).toThrow(refused(fault('date', format, reason)));
  });

  test.each([
    ['dd.MM.yyyy', 'it has no hour'],
    ['dd.MM.yyyy mm', 'it has no hour'],
    ['dd.MM.yyyy HH:ss', 'it has seconds without minutes'],
    ['dd.MM.yyyy HH:mm.S', 'it has a fraction without seconds'],
    ['dd.MM.yyyy hh:mm', "h and 'a' go together"],
    ['dd.MM.yyyy HH:mm a', "h and 'a' go together"],
    ['dd.MM.yyyy HH hh a', 'it has the hour twice'],
    ['yyyyMMdd Hmm', 'digits follow a number of one or two digits'],
    ['dd.MM.yyyy HH:mm SSSSSSSSSS', `'SSSSSSSSSS' is none of ${letters}`],
  ])("a timestamp has not the form '%s'", (format, reason) => {
    expect(() => Column.timestamp('a', { formats: [format] })).toThrow(refused(fault('timestamp', format, reason)));
  });

  test.each([
    [['dd/MM/yyyy', 'MM/dd/yyyy']],
    [['d/M/yyyy', 'MM/dd/yyyy']],
    [['yy-MM-dd', 'dd-MM-yy']],
    [['yyyy-dd-MM', 'iso']],
    [['iso', 'yyyy-d-M']],
  ])('one text must not have two meanings: %j', (formats) => {
    expect(() => Column.date('a', { formats })).toThrow(
      refused(`'formats' of the column 'a' must not read one text in two ways, got '${formats[0]}' and '${formats[1]}' [AMBIGUOUS_FORMATS]`));
  });

  test('nor one timestamp', () => {
    expect(() => Column.timestamp('a', { formats: ['iso', 'yyyy-dd-MM HH:mm'] })).toThrow(
      refused("'formats' of the column 'a' must not read one text in two ways, got 'iso' and 'yyyy-dd-MM HH:mm' [AMBIGUOUS_FORMATS]"));
  });

  test.each([
    [['epoch_second', 'epoch_millis']],
    [['yyyyMMddHHmm', 'epoch_second']],
    [['epoch_millis', 'yyyyMMddHHmmss.SSS']],
    [['yyyyMMddHH', 'epoch_millis']],
  ])('nor a number two: %j', (formats) => {
    expect(() => Column.timestamp('a', { formats })).toThrow(
      refused(`'formats' of the column 'a' must not read one text in two ways, got '${formats[0]}' and '${formats[1]}' [AMBIGUOUS_FORMATS]`));
  });

  test.each([[['epoch_second', 'iso']], [['dd.MM.yyyy HH:mm', 'epoch_millis']], [['epoch_second', 'yyyyMMddHHmmX']], [['epoch_second', 'yyyyMMdd hha']]])('%j are no two', (formats) => {
    expect(() => Column.timestamp('a', { formats })).not.toThrow();
  });

  test.each(['epoch_second', 'epoch_millis'])('a date has no %s', (format) => {
    expect(() => Column.date('a', { formats: [format] })).toThrow(refused(fault('date', format, 'a date has no time of day')));
  });

  test.each([[['dd/MM/yyyy', 'd/M/yyyy']], [['yyyy-MM-dd', 'dd-MM-yyyy', 'iso']], [['dd.MM.yyyy', 'MM/dd/yyyy', 'd MMM yyyy']]])('%j have one each', (formats) => {
    expect(() => Column.date('a', { formats })).not.toThrow();
  });

  test.each<[TimestampColumnOptions, string]>([
    [{ formats: [] }, "'formats' of the column 'a' must name at least one format, got none [INVALID_FORMAT]"],
    [{ timeZone: 'CEST' }, "'timeZone' of the column 'a' must be a name of IANA's such as 'Europe/Berlin', got 'CEST' [UNKNOWN_TIME_ZONE]"],
    [{ formats: ['dd.MM.yyyy HH:mm'], defaultValue: '2024-01-01T00:00' },
      "'defaultValue' of the column 'a' must be a value of its type timestamp, got '2024-01-01T00:00' [INVALID_VALUE]"],
    [{ formats: ['dd.MM.yyyy HH:mm'], min: '01.01.2024 00:00' },
      "'min' of the timestamp column 'a' must be a timestamp in ISO 8601, got '01.01.2024 00:00' [INVALID_BOUND]"],
    [{ timeZone: 'Europe/Berlin', min: '2026-03-29T02:30' },
      "'min' of the timestamp column 'a' must be a timestamp in ISO 8601, got '2026-03-29T02:30' [INVALID_BOUND]"],
    [{ timeZone: 'Europe/Berlin', min: '2024-01-01T00:00', defaultValue: '2023-12-31T22:59Z' },
      "'defaultValue' of the column 'a' must be at least 2024-01-01T00:00, got '2023-12-31T22:59Z' [INVALID_VALUE]"],
  ])('no timestamp has %j', (options, message) => {
    expect(() => Column.timestamp('a', options)).toThrow(refused(message));
  });

  test('bounds are in ISO 8601, defaults as in the file', () => {
    expect(() => Column.date('a', { formats: ['dd.MM.yyyy'], min: '2024-01-01', defaultValue: '01.01.2024' })).not.toThrow();
    expect(() => Column.timestamp('a', { timeZone: 'Europe/Berlin', min: '2024-01-01T00:00', defaultValue: '2023-12-31T23:00Z' })).not.toThrow();
  });
});

describe('a computed column', () => {
  test.each(['{row}', '{uploadId}', '{uploadedAt}', '{fileName}', '{metadata.batch}', '{metadata.my key}', 'constant', '{fileName}:{row}'])("can be '%s'", (template) => {
    expect(() => Column.computed('a', template)).not.toThrow();
  });

  const known = "must only use row, uploadId, uploadedAt, fileName or metadata such as '{metadata.batch}'";
  test.each([
    ['', "'template' of the column 'a' must be text or a variable such as '{row}', got '' [INVALID_TEMPLATE]"],
    ['{city}', `'template' of the column 'a' ${known}, got '{city}' in '{city}' [INVALID_TEMPLATE]`],
    ['{metadata.}', `'template' of the column 'a' ${known}, got '{metadata.}' in '{metadata.}' [INVALID_TEMPLATE]`],
    ['{row', "'template' of the column 'a' must be one such as '{fileName}:{row}', got '{row': unexpected '{' at position 0 [INVALID_TEMPLATE]"],
  ])("cannot be '%s'", (template, message) => {
    expect(() => Column.computed('a', template)).toThrow(refused(message));
  });
});
