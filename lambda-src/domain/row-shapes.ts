import { RowTexts } from './transform-result';
import { ColumnModel, RecordModel } from '../../src/private/contract';
import { columnFinder } from '../../src/private/header-names';

export interface ShapedRow {
  /** The same object for rows of the same shape, as long as they follow each other. */
  readonly header: readonly string[];
  readonly fields: readonly string[];
}

interface Shape {
  readonly names: readonly string[];
  readonly header: readonly string[];
  /** Where each column of the header is among the names; -1: the row lacks it. */
  readonly positions: readonly number[];
}

/**
 * Gives rows that come as objects a header: the declared columns, those that a row lacks too, and then its others. So a row without
 * a column is told like one with an empty field.
 */
export class RowShapes {
  private readonly columns: readonly ColumnModel[];
  private readonly find: (name: string) => ColumnModel | undefined;
  private last: Shape;

  constructor({ columns, looseHeader }: Pick<RecordModel, 'columns' | 'looseHeader'>) {
    this.columns = (columns ?? []).filter(({ computed }) => computed === undefined);
    this.find = columnFinder(this.columns, looseHeader);
    this.last = this.shapeOf([]);
  }

  public arrange({ names, texts }: RowTexts): ShapedRow {
    if (!isSame(names, this.last.names)) this.last = this.shapeOf(names);
    const { header, positions } = this.last;
    return { header, fields: positions.map((position) => (position < 0 ? '' : texts[position])) };
  }

  private shapeOf(names: readonly string[]): Shape {
    const found = names.map((name) => this.find(name));
    const declared = this.columns.map((column) => {
      const position = found.indexOf(column);
      return { name: position < 0 ? column.name : names[position], position };
    });
    const taken = new Set(declared.map(({ position }) => position));
    const others = names.map((name, position) => ({ name, position })).filter(({ position }) => !taken.has(position));
    const all = [...declared, ...others];
    return { names, header: all.map(({ name }) => name), positions: all.map(({ position }) => position) };
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, nth) => name === b[nth]);
}
