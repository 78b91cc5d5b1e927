/** The right of whoever has a token to upload on behalf of one caller, for some time. */
export interface Session {
  /** Hex SHA-256 of the token, which is kept nowhere. */
  readonly tokenHash: string;
  readonly tenantId: string;
  readonly owner: string | null;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Port: sessions that have been opened. */
export interface SessionStore {
  create(session: Session): Promise<void>;
  /** undefined: there is none, or it has expired. */
  find(tokenHash: string): Promise<Session | undefined>;
}
