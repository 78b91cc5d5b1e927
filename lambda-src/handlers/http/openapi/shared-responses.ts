import { STATUS_CODES } from 'node:http';
import { Json } from './operation';

/** Collects responses that many operations have in common, so that the document holds each of them once. */
export class SharedResponses {
  private readonly names = new Map<string, string>();

  /** A reference to the response, whoever else has it. */
  public share(status: number, response: Json): Json {
    const text = JSON.stringify(response);
    const name = this.names.get(text) ?? this.newName(status);
    this.names.set(text, name);
    return { $ref: `#/components/responses/${name}` };
  }

  /** Every response by its name. */
  public all(): Json {
    return Object.fromEntries([...this.names].map(([text, name]) => [name, JSON.parse(text) as Json]));
  }

  /** `NotFound`, `NotFound2`, … */
  private newName(status: number): string {
    const words = STATUS_CODES[status]!.replace(/\W/g, '');
    const taken = [...this.names.values()].filter((name) => name.replace(/\d+$/, '') === words).length;
    return taken === 0 ? words : `${words}${taken + 1}`;
  }
}
