import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';

/** Scopes that a token must have, for authorizations that know tokens. */
export interface ScopeOptions {
  /**
   * Scopes of which a token must have one to start, change and read uploads: every route but those of the records.
   *
   * @default - any valid token
   */
  readonly uploadScopes?: string[];

  /**
   * Scopes of which a token must have one to read records.
   *
   * @default - any valid token
   */
  readonly queryScopes?: string[];
}

/** Tokens of an OpenID Connect or OAuth 2.0 provider. */
export interface JwtAuthProps extends ScopeOptions {
  /** The token's `iss`, under which API Gateway finds the provider's keys: `https://…`. */
  readonly issuer: string;

  /** What the token's `aud` must be, or its `client_id` where it has no `aud`; one of them. */
  readonly audiences: string[];
}

/** Tokens of an Amazon Cognito user pool. */
export interface CognitoAuthProps extends ScopeOptions {
  /**
   * App clients whose tokens are taken. An HTTP API must know them; a REST API takes those of every client of the pool, so
   * that they must not be given there.
   *
   * @default - every client of the pool, which needs a REST API
   */
  readonly clients?: cognito.IUserPoolClient[];
}

/** A Lambda authorizer of the user's. */
export interface LambdaAuthProps {
  /**
   * Names of the headers that say who calls. A request without one of them is answered with 401 and does not reach the function.
   *
   * @default ['Authorization']
   */
  readonly identityHeaders?: string[];

  /**
   * How long API Gateway remembers an answer for the same headers, at most an hour; `Duration.seconds(0)` for not at all.
   *
   * On a REST API what is remembered is a policy, for every route: it must name the whole stage, not only the route that was
   * asked for. On an HTTP API every route is remembered on its own.
   *
   * @default Duration.minutes(5)
   */
  readonly resultsCacheTtl?: Duration;

  /**
   * What the function answers on an HTTP API. On a REST API it always is a policy.
   *
   * @default HttpLambdaResponseType.SIMPLE
   */
  readonly responseType?: HttpLambdaResponseType;
}

/** Keys of API Gateway, sent as `x-api-key`. */
export interface ApiKeyAuthProps {
  /**
   * The keys of the callers, one each. The owner of an upload is the key that started it.
   *
   * @default - one key, which API Gateway makes up: `pipeline.apiKeys[0]`
   */
  readonly apiKeys?: apigateway.IApiKey[];

  /**
   * Requests that each key may make in a day, a week or a month; more are answered with 429.
   *
   * @default - any number
   */
  readonly quota?: apigateway.QuotaSettings;

  /**
   * Requests that each key may make in a second (`rateLimit`), and at once (`burstLimit`); more are answered with 429.
   *
   * @default - only the limits of the API
   */
  readonly throttle?: apigateway.ThrottleSettings;
}

/** Tokens that are signed with a secret both sides know. */
export interface SharedSecretAuthProps extends ScopeOptions {
  /**
   * What the token's `iss` must be.
   *
   * @default - anything
   */
  readonly issuer?: string;

  /**
   * What the token's `aud` must be, or contain.
   *
   * @default - anything
   */
  readonly audience?: string;

  /**
   * How long API Gateway remembers that a token is good, at most an hour; `Duration.seconds(0)` for not at all. A token can be
   * used for so much longer than it says.
   *
   * @default Duration.minutes(1)
   */
  readonly resultsCacheTtl?: Duration;
}
