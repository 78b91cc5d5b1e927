import { SigningKeys } from '../../application/access/signing-keys';
import { isAwsError } from '../aws/aws-error';
import { LightSecretsManager } from '../aws/secrets-manager';

export interface SecretKeysProps {
  readonly secretArn: string;
  readonly secrets: Pick<LightSecretsManager, 'secretText'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called where a version of the secret is too short to be a key. */
  readonly onWeakKey: (version: 'AWSCURRENT' | 'AWSPREVIOUS') => void;
}

/** RFC 7518, section 3.2: a key for HS256 has at least the size of its hash. */
const MIN_KEY_BYTES = 32;
const KEPT_FOR = 5 * 60_000;
/** Whoever sends bad tokens must not make us ask for the secret with each. */
const ASKED_AT_MOST_EVERY = 10_000;

/** The current and the previous version of a secret, kept for five minutes: tokens of both are good while it is rotated. */
export class SecretKeys implements SigningKeys {
  private known: { readonly at: number; readonly keys: Promise<readonly Uint8Array[]> } | undefined;

  constructor(private readonly props: SecretKeysProps) {}

  public async current(): Promise<readonly Uint8Array[]> {
    return this.notOlderThan(KEPT_FOR);
  }

  public async refreshed(): Promise<readonly Uint8Array[] | undefined> {
    const before = this.known;
    const keys = await this.notOlderThan(ASKED_AT_MOST_EVERY);
    return this.known === before ? undefined : keys;
  }

  private async notOlderThan(age: number): Promise<readonly Uint8Array[]> {
    const now = this.props.now();
    if (this.known && now - this.known.at < age) return this.known.keys;
    const asked = { at: now, keys: this.read() };
    this.known = asked;
    try {
      return await asked.keys;
    } catch (error) {
      // A failure is not kept.
      if (this.known === asked) this.known = undefined;
      throw error;
    }
  }

  private async read(): Promise<readonly Uint8Array[]> {
    const versions = await Promise.all([this.version('AWSCURRENT'), this.version('AWSPREVIOUS')]);
    // While the current version is no key nobody gets in: it would be found out only when the previous one is gone.
    return versions[0] ? versions.filter((key) => key !== undefined) : [];
  }

  private async version(stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<Uint8Array | undefined> {
    const text = await this.text(stage);
    if (text === undefined) return undefined;
    const key = new TextEncoder().encode(text);
    if (key.length >= MIN_KEY_BYTES) return key;
    this.props.onWeakKey(stage);
    return undefined;
  }

  private async text(stage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<string | undefined> {
    try {
      return await this.props.secrets.secretText(this.props.secretArn, stage);
    } catch (error) {
      // A secret that was never rotated has no previous version.
      if (stage === 'AWSPREVIOUS' && isAwsError(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }
}
