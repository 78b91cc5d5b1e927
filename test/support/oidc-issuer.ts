import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { engineEndpoint, enginePaths, targetsRealAccount } from '../../tools/local-engine';
import { privateKeyToken, type TokenClaims } from './tokens';

const KEY_ID = 'test';

/**
 * An OpenID Connect issuer on this machine, for JWT authorizers: API Gateway fetches its keys as it does those of any other.
 * It shares the engine's certificate, which is the one that the engine trusts; start the engine first (`ensureEngine`).
 */
export class OidcIssuer {
  static async start(): Promise<OidcIssuer> {
    if (targetsRealAccount()) throw new Error('An issuer on this machine can be reached by the local engine only, not by AWS');
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' }] };
    // API Gateway keeps keys for hours: an issuer of a later run that gets the same port must be another one.
    const path = `/${randomUUID()}`;
    const documents = new Map<string, unknown>([[`${path}/jwks.json`, keys]]);
    const answer: http.RequestListener = ({ url = '' }, response) => {
      response.writeHead(documents.has(url) ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(documents.get(url) ?? {}));
    };
    const secure = engineEndpoint().startsWith('https:');
    const server = secure ? https.createServer(engineCertificate(), answer) : http.createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `${secure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    documents.set(`${path}/.well-known/openid-configuration`, { issuer, jwks_uri: `${issuer}/jwks.json` });
    return new OidcIssuer(server, issuer, privateKey);
  }

  private constructor(private readonly server: http.Server, readonly url: string, private readonly privateKey: KeyObject) {}

  /** A signed token of this issuer with these claims, valid for five minutes unless they say otherwise. */
  token(claims: TokenClaims): string {
    return privateKeyToken(this.privateKey, KEY_ID, { iss: this.url, ...claims });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function engineCertificate(): https.ServerOptions {
  const { certificate } = enginePaths();
  return { cert: readFileSync(certificate), key: readFileSync(join(dirname(certificate), 'server.key')) };
}
