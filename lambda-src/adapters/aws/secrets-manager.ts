import { Service } from './endpoint';
import { callJson } from './json-protocol';
import { SignedRequests } from './signed-requests';

/** Secrets Manager without the SDK's client. */
export class LightSecretsManager {
  constructor(private readonly requests = new SignedRequests()) {}

  /** The text of a version of a secret, by the secret's ARN or name. */
  public async secretText(secretId: string, versionStage: 'AWSCURRENT' | 'AWSPREVIOUS' = 'AWSCURRENT'): Promise<string> {
    const protocol = { service: Service.SECRETS_MANAGER, target: 'secretsmanager', version: '1.1' } as const;
    const { SecretString } = await callJson(this.requests, protocol, 'GetSecretValue', { SecretId: secretId, VersionStage: versionStage });
    if (typeof SecretString !== 'string') throw new Error('the secret is binary, not text');
    return SecretString;
  }
}
