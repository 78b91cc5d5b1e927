import { Duration, Token } from 'aws-cdk-lib';
import { UploadCors } from '../../api/upload-api-props';
import { invalid, validateDuration } from '../validation';

/** The methods of the contract. */
export const ALLOWED_METHODS = ['GET', 'POST', 'DELETE'] as const;

/** What a page may read of an answer besides its body. */
export const EXPOSED_HEADERS = ['Location', 'Retry-After', 'X-Request-Id'];

export const DEFAULT_MAX_AGE = Duration.hours(1);

/** What a page may send: ours, those of Signature Version 4, those of Uppy's Companion client. */
const HEADERS = ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Amz-Date', 'X-Amz-Security-Token', 'X-Amz-Content-Sha256', 'Uppy-Versions', 'Uppy-Auth-Token'];

/** The headers of ours, and those that the authorization looks at. */
export function allowedHeaders(more: readonly string[] = []): string[] {
  const known = HEADERS.map((name) => name.toLowerCase());
  return [...HEADERS, ...more.filter((name) => !known.includes(name.toLowerCase()))];
}

/** Origins are compared letter by letter with what browsers send: no path, no slash at the end, lower case. */
const ORIGIN = /^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/;

export function validateCors(cors: UploadCors | undefined): void {
  validateDuration('maxAge', cors?.maxAge, Duration.seconds(0), Duration.days(1));
  validateOrigins('origins', cors?.origins);
}

export function validateOrigins(property: string, origins: readonly string[] | undefined): void {
  if (origins === undefined || Token.isUnresolved(origins)) return;
  if (origins.length === 0) invalid('NO_ORIGINS', `'${property}' must name at least one origin, got none`);
  const wrong = origins.find((origin) => !Token.isUnresolved(origin) && !ORIGIN.test(origin));
  if (wrong !== undefined) {
    invalid('INVALID_ORIGIN', `'${property}' must be origins such as 'https://app.example.com', or '*', got '${wrong}'`);
  }
  if (origins.includes('*') && origins.length > 1) {
    invalid('INVALID_ORIGIN', `'${property}' must be only '*' where it has a '*', got ${origins.join(', ')}`);
  }
}
