import { Token } from 'aws-cdk-lib';
import { RouteThrottle } from '../../api/upload-api-props';
import { firstDuplicate, invalid, validateInteger } from '../validation';

interface Throttle {
  readonly rateLimit?: number;
  readonly burstLimit?: number;
}

/** Checks a limit; a rate of less than one request a second is a fraction. */
export function validateThrottle(property: string, { rateLimit, burstLimit }: Throttle = {}): void {
  if (rateLimit !== undefined && !Token.isUnresolved(rateLimit) && !(rateLimit > 0 && Number.isFinite(rateLimit))) {
    invalid('OUT_OF_RANGE', `'${property}.rateLimit' must be more than 0, got ${rateLimit}`);
  }
  validateInteger(`${property}.burstLimit`, burstLimit, 1, Number.MAX_SAFE_INTEGER);
}

export function validateRouteThrottles(throttles: readonly RouteThrottle[] | undefined): void {
  throttles?.forEach((throttle) => validateThrottle('routeThrottles', throttle));
  const twice = firstDuplicate(throttles?.map(({ route }) => route) ?? []);
  if (twice !== undefined) invalid('DUPLICATE_ROUTE', `'routeThrottles' must not name a route twice, got '${twice}' more than once`);
}
