import { RowShapes } from '../../../../lambda-src/domain/records/row-shapes';
import { ColumnModel } from '../../../../src/private/contract';

const column = (name: string, more: Partial<ColumnModel> = {}): ColumnModel => ({ name, type: 'string', required: false, ...more });
const row = (object: Record<string, string>) => ({ names: Object.keys(object), texts: Object.values(object) });
const shapes = new RowShapes({ columns: [column('name'), column('price', { aliases: ['cost'] }), column('id', { computed: '{row}' })] });

test('declared columns come first, with or without a value, and then the others as they are', () => {
  expect(shapes.arrange(row({ x: '1', price: '2', a: '3' }))).toEqual({ header: ['name', 'price', 'x', 'a'], fields: ['', '2', '1', '3'] });
  expect(shapes.arrange(row({}))).toEqual({ header: ['name', 'price'], fields: ['', ''] });
});

test('a column that is there by another of its names is not there twice', () => {
  expect(shapes.arrange(row({ cost: '2' }))).toEqual({ header: ['name', 'cost'], fields: ['', '2'] });
  const loose = new RowShapes({ columns: [column('Unit Price')], looseHeader: true });
  expect(loose.arrange(row({ 'unit  PRICE': '2' }))).toEqual({ header: ['unit  PRICE'], fields: ['2'] });
});

test('two columns under one name of the schema are both there, so that the row is refused', () => {
  expect(shapes.arrange(row({ cost: '2', price: '3' }))).toEqual({ header: ['name', 'cost', 'price'], fields: ['', '2', '3'] });
});

test('rows of one shape have the same header, in whatever order their members are, and without a schema their own', () => {
  const { header } = shapes.arrange(row({ b: '1', a: '2' }));
  expect(shapes.arrange(row({ b: '3', a: '4' })).header).toBe(header);
  expect(shapes.arrange(row({ a: '3', b: '4' }))).toEqual({ header, fields: ['', '', '4', '3'] });
  expect(new RowShapes({ columns: null }).arrange(row({ b: '1', a: '2' }))).toEqual({ header: ['b', 'a'], fields: ['1', '2'] });
});

test('numbers get the form that the texts of their columns have, by whatever name', () => {
  const numbers = new RowShapes({
    columns: [
      column('count', { type: 'integer' }), column('price', { type: 'decimal', normalize: ['decimalComma'], aliases: ['cost'] }),
      column('pieces', { type: 'integer', normalize: ['decimalComma'] }), column('plain', { type: 'decimal' }), column('text'),
    ],
  });
  const fieldsOf = (object: Record<string, string>, which: number[]) => numbers.arrange({ ...row(object), numbers: which }).fields;
  expect(fieldsOf({ count: '7.0', cost: '1.234', pieces: '1.2e3', plain: '1.5', text: '1.0' }, [0, 1, 2, 3, 4])).toEqual(['7', '1,234', '1200', '1.5', '1.0']);
  expect(fieldsOf({ count: '7.0', cost: '1.234', pieces: '1.2e3', plain: '1.5', text: '1.0' }, [])).toEqual(['7.0', '1.234', '1.2e3', '1.5', '1.0']);
  expect(fieldsOf({ count: '-1e2', price: '-1.5E-3', pieces: '1.5' }, [0, 1, 2])).toEqual(['-100', '-1,5E-3', '1,5', '', '']);
  expect(fieldsOf({ count: '1e40', price: '1e3', pieces: '1e9999999' }, [0, 1, 2])).toEqual([`1${'0'.repeat(40)}`, '1e3', '1e9999999', '', '']);
});

test('no number of a column of numbers is a text that counts as no value', () => {
  const shape = new RowShapes({
    columns: [
      column('count', { type: 'integer', nullValues: ['0', '00', '-1'] }), column('price', { type: 'decimal', normalize: ['decimalComma'], nullValues: ['1,5'] }),
      column('text', { nullValues: ['0'] }),
    ],
  });
  const fieldsOf = (object: Record<string, string>, which: number[]) => shape.arrange({ ...row(object), numbers: which }).fields;
  expect(fieldsOf({ count: '0.0', price: '1.5', text: '0' }, [0, 1, 2])).toEqual(['000', '01,5', '0']);
  expect(fieldsOf({ count: '-1', price: '-1.5', text: '0' }, [0, 1, 2])).toEqual(['-01', '-1,5', '0']);
  expect(fieldsOf({ count: '0', price: '1,5', text: '0' }, [])).toEqual(['0', '1,5', '0']);
});

test('names that no row may have are looked at once', () => {
  const seen: (readonly string[])[] = [];
  const checked = new RowShapes({ columns: null }, (names) => {
    seen.push(names);
    if (names.includes('bad')) throw new Error('bad');
  });
  for (let nth = 0; nth < 3; nth++) checked.arrange(row({ a: '1' }));
  expect(seen).toEqual([['a']]);
  for (let nth = 0; nth < 2; nth++) expect(() => checked.arrange(row({ bad: '1' }))).toThrow('bad');
});

test('however many shapes there are, rows keep their values', () => {
  const any = new RowShapes({ columns: null });
  for (let nth = 0; nth < 500; nth++) expect(any.arrange(row({ [`k${nth % 250}`]: 'x', a: 'y' }))).toEqual({ header: [`k${nth % 250}`, 'a'], fields: ['x', 'y'] });
});
