import { RowShapes } from '../../../lambda-src/domain/row-shapes';
import { ColumnModel } from '../../../src/private/contract';

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
