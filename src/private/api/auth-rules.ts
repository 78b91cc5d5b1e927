import { Token } from 'aws-cdk-lib';
import { CallerIdentity, UploadAuthConfig } from '../../api/upload-auth-config';
import { ScopeOptions } from '../../api/upload-auth-props';
import { TenancyModel } from '../contract';
import { invalid } from '../validation';

/** RFC 6749, section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
/** RFC 9110, section 5.6.2. */
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** Checks scopes, which stand between blanks in a token. */
export function validateScopes({ uploadScopes, queryScopes }: ScopeOptions): void {
  for (const [property, scopes] of Object.entries({ uploadScopes, queryScopes })) {
    if (scopes === undefined || Token.isUnresolved(scopes)) continue;
    if (scopes.length === 0) invalid('NO_SCOPES', `'${property}' must name at least one scope, got none; leave it out to take any valid token`);
    const wrong = scopes.find((scope) => !Token.isUnresolved(scope) && !SCOPE.test(scope));
    if (wrong !== undefined) invalid('INVALID_SCOPE', `'${property}' must be scopes of OAuth 2.0, without blanks and quotes, got '${wrong}'`);
  }
}

/** Checks names of headers. */
export function validateHeaders(property: string, headers: readonly string[]): void {
  if (headers.length === 0) invalid('NO_HEADERS', `'${property}' must name at least one header, got none`);
  const wrong = headers.find((name) => !HEADER.test(name));
  if (wrong !== undefined) invalid('INVALID_HEADER', `'${property}' must be names of headers, got '${wrong}'`);
}

const CLAIM_SOURCES = [CallerIdentity.CLAIMS, CallerIdentity.CLAIMS_IN_CONTEXT];
const CONTEXT_SOURCES = [CallerIdentity.CONTEXT, CallerIdentity.CLAIMS_IN_CONTEXT];

/**
 * The tenancy as the functions have to read it: claims that a Lambda authorizer has verified arrive as its context. Refuses a
 * tenancy whose source no request would have, so that all of them would be answered with 403.
 */
export function tenancyFor(tenancy: TenancyModel, { identity }: UploadAuthConfig): TenancyModel {
  if (tenancy.source === 'single') return tenancy;
  const sources = tenancy.source === 'claim' ? CLAIM_SOURCES : CONTEXT_SOURCES;
  if (identity !== undefined && !sources.includes(identity)) {
    if (tenancy.source === 'claim') {
      invalid('TENANCY_WITHOUT_CLAIMS', `'tenancy' must have an 'auth' that knows claims for Tenancy.fromClaim('${tenancy.name}'): UploadAuth.jwt, cognito or sharedSecret, got one without`);
    }
    invalid('TENANCY_WITHOUT_CONTEXT', `'tenancy' must have an 'auth' with a Lambda authorizer for Tenancy.fromAuthorizerContext('${tenancy.name}'): UploadAuth.lambda or sharedSecret, got one without`);
  }
  return identity === CallerIdentity.CLAIMS_IN_CONTEXT ? { ...tenancy, source: 'context' } : tenancy;
}
