import { requiredInteger } from '../../adapters/environment';

const LONGEST_TIMEOUT_SECONDS = 900;

/** How long one call of a user's function may take. Of one whose limit is not known (0), Lambda's own is assumed. */
export function callMilliseconds(timeoutVariable: string): number {
  return 1000 * (requiredInteger(timeoutVariable) || LONGEST_TIMEOUT_SECONDS);
}
