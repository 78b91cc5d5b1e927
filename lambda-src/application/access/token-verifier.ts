import { Claims } from '../../domain/access/token-claims';

/** Port: knows good tokens from others. */
export interface TokenVerifier {
  /** The claims of a good token; undefined: it is none. */
  verify(token: string): Promise<Claims | undefined>;
}
