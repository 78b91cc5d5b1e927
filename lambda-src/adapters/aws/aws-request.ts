import { Endpoint, Service } from './endpoint';
import { Query, queryString } from './uri';

export interface AwsRequest {
  readonly service: Service;
  /** Appears in errors only. */
  readonly operation: string;
  readonly endpoint: Endpoint;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Below the endpoint, encoded. */
  readonly path: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** How long one attempt may take. */
  readonly timeoutMs?: number;
}

export function pathAndQuery({ endpoint, path, query = {} }: AwsRequest): string {
  const parameters = queryString(query);
  return endpoint.basePath + path + (parameters === '' ? '' : `?${parameters}`);
}
