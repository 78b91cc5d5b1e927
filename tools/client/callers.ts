import type { SigningOptions } from './signed-fetch';

/** Who calls, for `ApiClient`; without any of these, requests are signed with the AWS credentials of the environment. */

export function withToken(token: string): SigningOptions {
  return { headers: { authorization: `Bearer ${token}` } };
}

export function withApiKey(apiKey: string): SigningOptions {
  return { headers: { 'x-api-key': apiKey } };
}

export function anonymous(): SigningOptions {
  return { headers: {} };
}
