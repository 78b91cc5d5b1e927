import { RecordModel } from '../../../src/private/contract';
import { columnFinder } from '../../../src/private/ingest/header-names';
import { NumberForm, numberForms } from '../columns/json-columns';
import { RowTexts } from '../transform/transform-result';

/** Which members a row has, and where in a header they are. */
interface Shape {
  readonly names: readonly string[];
  readonly header: readonly string[];
  /** By member: the position in the header. */
  readonly positions: readonly number[];
  /** By member: how its column has numbers, if it has them in a form of its own. */
  readonly forms: readonly (NumberForm | undefined)[];
}

/** Kept at the same time; files have one shape, or few, and whoever makes up more gets slower and nothing else. */
const MOST_SHAPES = 100;

/**
 * Gives rows that come as objects the form of a table's rows: the declared columns, whether a row has them or not, and then its other
 * members. So a row without a column is told like one with an empty field.
 */
export class RowShapes {
  /** The header of rows that have no member. */
  public readonly declared: readonly string[];
  private readonly find: (name: string) => { readonly name: string } | undefined;
  private readonly formFor: (name: string) => NumberForm | undefined;
  private readonly shapes = new Map<string, Shape>();
  private readonly headers = new Map<string, readonly string[]>();
  private last: Shape | undefined;

  /** @param check throws for names that no row may have; it is called once for rows that have the same */
  constructor(model: Pick<RecordModel, 'columns' | 'looseHeader'>, private readonly check?: (names: readonly string[]) => void) {
    const { columns, looseHeader } = model;
    const ofFile = (columns ?? []).filter(({ computed }) => computed === undefined);
    this.find = columnFinder(ofFile, looseHeader);
    this.formFor = numberForms(model);
    this.declared = ofFile.map(({ name }) => name);
  }

  /** The header, the same object for all rows with the same members in whatever order, and the row's fields under it. */
  public arrange({ names, texts, numbers = [] }: RowTexts): { readonly header: readonly string[]; readonly fields: readonly string[] } {
    const { header, positions, forms } = this.shapeOf(names);
    const fields = new Array<string>(header.length).fill('');
    for (let nth = 0; nth < texts.length; nth++) fields[positions[nth]] = texts[nth];
    for (const nth of numbers) fields[positions[nth]] = forms[nth]?.(texts[nth]) ?? texts[nth];
    return { header, fields };
  }

  private shapeOf(names: readonly string[]): Shape {
    if (this.last && isSame(this.last.names, names)) return this.last;
    const key = JSON.stringify(names);
    const shape = this.shapes.get(key) ?? this.newShape(names);
    if (this.shapes.size >= MOST_SHAPES) {
      this.shapes.clear();
      this.headers.clear();
    }
    this.shapes.set(key, shape);
    this.last = shape;
    return shape;
  }

  private newShape(names: readonly string[]): Shape {
    this.check?.(names);
    const header = this.headerOf(names);
    const positions = new Map(header.map((name, position) => [name, position]));
    return { names, header, positions: names.map((name) => positions.get(name)!), forms: names.map(this.formFor) };
  }

  /** A column goes by the name that the row has for it, which may be an alias. */
  private headerOf(names: readonly string[]): readonly string[] {
    const given = new Map<string, string>();
    const others: string[] = [];
    for (const name of names) {
      const column = this.find(name.trim());
      // Two names of one column are both there: whoever reads the header refuses it.
      if (column && !given.has(column.name)) given.set(column.name, name);
      else others.push(name);
    }
    const header = [...this.declared.map((name) => given.get(name) ?? name), ...others];
    const key = JSON.stringify([...header].sort());
    const known = this.headers.get(key);
    if (known) return known;
    this.headers.set(key, header);
    return header;
  }
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  for (let nth = 0; nth < some.length; nth++) {
    if (some[nth] !== others[nth]) return false;
  }
  return true;
}
