export interface AwsErrorProps {
  readonly service: string;
  readonly operation: string;
  /** HTTP status; 0: there was no answer. */
  readonly status: number;
  /** The service's own name of the error, such as `NoSuchUpload`; or one of `NetworkCode`. */
  readonly code: string;
  readonly message?: string;
  /** What the service said besides; may hold stored data. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** What an attempt without an answer is called. */
export const NetworkCode = { NETWORK: 'NetworkError', TIMEOUT: 'TimeoutError' } as const;

/** A call of a service that failed, whatever the service. Its message is the service's own, which names resources and no secrets. */
export class AwsError extends Error {
  public readonly service: string;
  public readonly operation: string;
  public readonly status: number;
  public readonly code: string;
  /** Private, because loggers write whatever members they find. */
  readonly #body: Readonly<Record<string, unknown>>;

  constructor({ service, operation, status, code, message, body = {}, cause }: AwsErrorProps) {
    super(`${service} ${operation} failed: ${code} (${status})${message ? `: ${message}` : ''}`, { cause });
    this.name = 'AwsError';
    this.service = service;
    this.operation = operation;
    this.status = status;
    this.code = code;
    this.#body = body;
  }

  public get body(): Readonly<Record<string, unknown>> {
    return this.#body;
  }
}

/** Whether it is an error of a service with one of these codes. By name, since a file beside the function has a class of its own. */
export function isAwsError(error: unknown, ...codes: string[]): error is AwsError {
  return error instanceof Error && error.name === 'AwsError' && codes.includes((error as AwsError).code);
}
