import { createRecordBuilder } from '../../../../lambda-src/domain/records/record-builder';
import { UploadFailure } from '../../../../lambda-src/domain/rejects/upload-failure';
import { DIALECT, readContent } from '../../../support/csv-files';
import { referenceRows } from '../../../support/csv-reference';
import { anyCsv, column, recordContext, recordModel } from '../../domain/records/record-models';

type Rows = ReadonlyArray<readonly string[]>;

interface Case {
  readonly content: string;
  /** What RFC 4180 makes of it, the header first; absent: it is no CSV. */
  readonly rows?: Rows;
  /** What no CSV is refused with, and where. */
  readonly refusal?: { readonly code: string; readonly line: number };
  /** Columns that the file must have. Absent: any. */
  readonly columns?: readonly string[];
  /** What its records are refused with: the file, by its header, or its rows. */
  readonly failure?: string;
  readonly rejects?: readonly string[];
}

/**
 * The cases that github.com/sineemore/csv-test-data names. It has no licence, so nothing but the names is of it: the contents are our
 * own, made of what RFC 4180 says to the name.
 */
const CASES: Readonly<Record<string, Case>> = {
  'all-empty': { content: ',,\r\n,,\r\n', rows: [['', '', ''], ['', '', '']] },
  'bad-header-less-fields': {
    content: 'drug,dose\r\nIbuprofen,400,mg\r\nAspirin,500,mg\r\n',
    rows: [['drug', 'dose'], ['Ibuprofen', '400', 'mg'], ['Aspirin', '500', 'mg']],
    rejects: ['WRONG_FIELD_COUNT', 'WRONG_FIELD_COUNT'],
  },
  'bad-header-more-fields': {
    content: 'drug,dose,unit\r\nIbuprofen,400\r\nAspirin,500\r\n',
    rows: [['drug', 'dose', 'unit'], ['Ibuprofen', '400'], ['Aspirin', '500']],
    rejects: ['WRONG_FIELD_COUNT', 'WRONG_FIELD_COUNT'],
  },
  'bad-header-no-header': {
    content: 'Ibuprofen,400\r\nAspirin,500\r\n',
    rows: [['Ibuprofen', '400'], ['Aspirin', '500']],
    columns: ['drug', 'dose'],
    failure: 'MISSING_COLUMN',
  },
  'bad-header-wrong-header': {
    content: 'drug,dose,price\r\nIbuprofen,400,3.95\r\n',
    rows: [['drug', 'dose', 'price'], ['Ibuprofen', '400', '3.95']],
    columns: ['drug', 'dose'],
    failure: 'UNKNOWN_COLUMN',
  },
  'bad-missing-quote': { content: 'drug,note\r\nIbuprofen,"with food\r\nAspirin,none\r\n', refusal: { code: 'UNTERMINATED_QUOTE', line: 2 } },
  'bad-quotes-with-unescaped-quote': { content: 'drug,note\r\nIbuprofen,"the "red" box"\r\n', refusal: { code: 'MALFORMED_CSV', line: 2 } },
  'bad-unescaped-quote': { content: 'drug,note\r\nIbuprofen,box "red"\r\n', refusal: { code: 'MALFORMED_CSV', line: 2 } },
  'empty-field': { content: 'drug,note,dose\r\nIbuprofen,,400\r\n,none,\r\n', rows: [['drug', 'note', 'dose'], ['Ibuprofen', '', '400'], ['', 'none', '']] },
  'empty-one-column': { content: 'drug\r\n\r\nAspirin\r\n', rows: [['drug'], [''], ['Aspirin']] },
  'header-no-rows': { content: 'drug,dose\r\n', rows: [['drug', 'dose']], columns: ['drug', 'dose'] },
  'header-simple': { content: 'drug,dose\r\nIbuprofen,400\r\n', rows: [['drug', 'dose'], ['Ibuprofen', '400']], columns: ['drug', 'dose'] },
  'leading-space': { content: 'drug,note\r\n  Ibuprofen, with food\r\n', rows: [['drug', 'note'], ['  Ibuprofen', ' with food']] },
  'one-column': { content: 'drug\r\nIbuprofen\r\nAspirin\r\n', rows: [['drug'], ['Ibuprofen'], ['Aspirin']] },
  'quotes-empty': { content: 'drug,note,dose\r\n"Ibuprofen","",""\r\n"",none,""\r\n', rows: [['drug', 'note', 'dose'], ['Ibuprofen', '', ''], ['', 'none', '']] },
  'quotes-with-comma': { content: 'drug,note\r\n"Ibuprofen, coated",",,"\r\n', rows: [['drug', 'note'], ['Ibuprofen, coated', ',,']] },
  'quotes-with-escaped-quote': {
    content: 'drug,note\r\n"""Ibuprofen""","the ""red"" box"\r\n"""","a """" b"\r\n',
    rows: [['drug', 'note'], ['"Ibuprofen"', 'the "red" box'], ['"', 'a "" b']],
  },
  'quotes-with-newline': {
    content: 'drug,note\r\n"Ibuprofen\n400","with food\r\nor milk"\r\nAspirin,"\r\n"\r\n',
    rows: [['drug', 'note'], ['Ibuprofen\n400', 'with food\r\nor milk'], ['Aspirin', '\r\n']],
  },
  'quotes-with-space': { content: 'drug,note\r\n" Ibuprofen ","  "\r\n', rows: [['drug', 'note'], [' Ibuprofen ', '  ']] },
  'simple-crlf': { content: 'drug,dose\r\nIbuprofen,400\r\nAspirin,500', rows: [['drug', 'dose'], ['Ibuprofen', '400'], ['Aspirin', '500']] },
  'simple-lf': { content: 'drug,dose\nIbuprofen,400\nAspirin,500', rows: [['drug', 'dose'], ['Ibuprofen', '400'], ['Aspirin', '500']] },
  'trailing-newline-one-field': { content: 'drug\r\nIbuprofen\r\n', rows: [['drug'], ['Ibuprofen']] },
  'trailing-newline': { content: 'drug,dose\r\nIbuprofen,400\r\n', rows: [['drug', 'dose'], ['Ibuprofen', '400']] },
  'trailing-space': { content: 'drug,note\r\nIbuprofen  ,with food \r\n', rows: [['drug', 'note'], ['Ibuprofen  ', 'with food ']] },
  'utf8': { content: 'Präparat,单位\r\nΠαρακεταμόλη,500 µg\r\n💊,"€ 3,95"\r\n', rows: [['Präparat', '单位'], ['Παρακεταμόλη', '500 µg'], ['💊', '€ 3,95']] },
};

/** Where we mean to differ, by name. */
const DIFFERENCES: Readonly<Record<string, Rows>> = {
  // Blank lines are no rows, also where a row has one field: editors leave them behind. A field that is empty on purpose is "".
  'empty-one-column': [['drug'], ['Aspirin']],
};

const WHOLE = 64 * 1024;

async function outcomeOf(content: string, size: number): Promise<unknown> {
  try {
    const { header, rows, ends } = await readContent(content, { sizes: [size] });
    return { rows: [header!, ...rows], ends };
  } catch (error) {
    if (!(error instanceof UploadFailure)) throw error;
    return { code: error.code, line: Number(/line (\d+)/.exec(error.message)?.[1]) };
  }
}

/** Codes of the rejects among the records, or of the file's failure. */
function recordsOf([header, ...rows]: Rows, columns: Case['columns']): readonly string[] | string {
  const model = columns ? recordModel({ columns: columns.map((name) => column(name, 'string', { required: true })) }) : anyCsv();
  try {
    const builder = createRecordBuilder(model, header, recordContext());
    return rows.flatMap((fields, nth) => {
      const built = builder.build(nth + 1, fields);
      return 'code' in built ? [built.code] : [];
    });
  } catch (error) {
    if (!(error instanceof UploadFailure)) throw error;
    return error.code;
  }
}

test('has 25 cases, of which 7 are bad and one differs', () => {
  const names = Object.keys(CASES);
  const bad = names.filter((name) => CASES[name].refusal ?? CASES[name].failure ?? CASES[name].rejects);
  expect(names).toHaveLength(25);
  expect(bad).toEqual(names.filter((name) => name.startsWith('bad-')));
  expect(bad).toHaveLength(7);
  expect(Object.keys(DIFFERENCES)).toEqual(['empty-one-column']);
});

describe.each(Object.entries(CASES))('%s', (name, { content, rows, refusal, columns, failure, rejects = [] }) => {
  const expected = DIFFERENCES[name] ?? rows;

  test.each([WHOLE, 7, 1])('is read as it should be, and as csv-parse reads it, in chunks of %d bytes', async (size) => {
    const reference = referenceRows(Buffer.from(content), DIALECT);
    if (refusal) {
      expect(await outcomeOf(content, size)).toEqual(refusal);
      expect(reference).toEqual({ ...refusal, rows: [['drug', 'note']], ends: [11] });
      return;
    }
    // Where the header ends nobody has to know.
    const ends = 'ends' in reference ? reference.ends.slice(1) : [];
    expect(await outcomeOf(content, size)).toEqual({ rows: expected, ends });
    expect(reference).toMatchObject({ rows: expected });
  });

  if (expected) {
    test('becomes records, or is refused with its code', () => {
      expect(recordsOf(expected, columns)).toEqual(failure ?? rejects);
    });
  }
});

test.each(Object.entries(DIFFERENCES))('%s is not what RFC 4180 says', (name, rows) => expect(rows).not.toEqual(CASES[name].rows));

test('an empty field of one column is "", and a record', async () => {
  const { header, rows } = await readContent('drug\r\n""\r\nAspirin\r\n');
  expect([header!, ...rows]).toEqual(CASES['empty-one-column'].rows);
  expect(recordsOf([header!, ...rows], undefined)).toEqual([]);
});
