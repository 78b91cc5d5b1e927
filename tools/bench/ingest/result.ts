/** One line of the table: what was to be shown, and what was. */
export interface Result {
  readonly what: string;
  readonly wanted: string;
  readonly ours: string;
  /** The code that people usually write; empty: it has no such thing. */
  readonly usual: string;
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
