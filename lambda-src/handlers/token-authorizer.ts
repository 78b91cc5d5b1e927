import { Logger } from '@aws-lambda-powertools/logger';
import { Env } from '../../src/private/contract';
import { LightSecretsManager } from '../adapters/aws/secrets-manager';
import { required, requiredList } from '../adapters/environment';
import { Hs256Verifier } from '../adapters/secrets/hs256-verifier';
import { SecretKeys } from '../adapters/secrets/secret-keys';
import { AuthorizeToken } from '../application/access/authorize-token';
import { bearerToken } from '../domain/access/bearer-token';
import { HttpAuthorizerEvent, policyAnswer, PolicyAnswer, RestAuthorizerEvent, SimpleAnswer, simpleAnswer } from './http/authorizer-answer';
import { withTracing } from './tracing/with-tracing';

const logger = new Logger();

const keys = new SecretKeys({
  secretArn: required(Env.SECRET_ARN),
  secrets: new LightSecretsManager(),
  now: Date.now,
  onWeakKey: (version) => logger.error('The secret that tokens are signed with must have at least 32 bytes; no token is taken that it signed', { version }),
});

const verifier = new Hs256Verifier(keys, {
  issuer: required(Env.TOKEN_ISSUER) || undefined,
  audience: required(Env.TOKEN_AUDIENCE) || undefined,
  onRefusal: (code) => logger.info('A token was refused', { code }),
});

const authorizeToken = new AuthorizeToken(verifier, {
  upload: requiredList(Env.UPLOAD_SCOPES), query: requiredList(Env.QUERY_SCOPES),
});

/** Verifies the tokens of callers, for either kind of API. */
export const handler = withTracing(async (event: HttpAuthorizerEvent | RestAuthorizerEvent): Promise<SimpleAnswer | PolicyAnswer> => {
  const access = await authorizeToken.run(bearerToken(authorization(event)));
  if ('version' in event && event.version === '2.0') return simpleAnswer(access, event);
  // These very words make API Gateway answer 401.
  if (!access) throw new Error('Unauthorized');
  return policyAnswer(access, event as RestAuthorizerEvent);
});

/** REST APIs leave the names of headers as the client wrote them. */
function authorization({ headers }: HttpAuthorizerEvent | RestAuthorizerEvent): string | undefined {
  return Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
}
