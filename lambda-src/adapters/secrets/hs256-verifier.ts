import { SigningKeys } from '../../application/access/signing-keys';
import { TokenVerifier } from '../../application/access/token-verifier';
import { Claims } from '../../domain/access/token-claims';

export interface Hs256VerifierProps {
  /** What `iss` must be; undefined: anything. */
  readonly issuer?: string;
  /** What `aud` must be or contain; undefined: anything. */
  readonly audience?: string;
  /** Called with why a token is refused: a code of jose, never anything of the token. */
  readonly onRefusal: (code: string) => void;
}

/** An ES module, which the bundle has in it. */
const jose = import('jose');

/** Seconds that the clocks of the signer and of Lambda may differ. */
const CLOCK_TOLERANCE = 5;

/** JSON Web Tokens that are signed with HS256, and with nothing else: the token does not choose its algorithm. */
export class Hs256Verifier implements TokenVerifier {
  constructor(private readonly keys: SigningKeys, private readonly props: Hs256VerifierProps) {}

  public async verify(token: string): Promise<Claims | undefined> {
    const known = await this.verifyWith(token, await this.keys.current());
    if (known !== 'signature') return known;
    // The secret may have been rotated a moment ago.
    const keys = await this.keys.refreshed();
    const found = keys ? await this.verifyWith(token, keys) : 'signature';
    if (found !== 'signature') return found;
    this.props.onRefusal('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    return undefined;
  }

  /** `signature`: none of the keys made it. */
  private async verifyWith(token: string, keys: readonly Uint8Array[]): Promise<Claims | 'signature' | undefined> {
    const { issuer, audience } = this.props;
    const { errors, jwtVerify } = await jose;
    for (const key of keys) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'], issuer, audience, requiredClaims: ['exp'], clockTolerance: CLOCK_TOLERANCE,
        });
        return payload;
      } catch (error) {
        if (error instanceof errors.JWSSignatureVerificationFailed) continue;
        if (!(error instanceof errors.JOSEError)) throw error;
        this.props.onRefusal(error.code);
        return undefined;
      }
    }
    return 'signature';
  }
}
