/** Port: the keys that tokens may be signed with, newest first. */
export interface SigningKeys {
  /** Those that are known; read again when that was long ago. */
  current(): Promise<readonly Uint8Array[]>;
  /** Read now, unless that was just done: undefined then. */
  refreshed(): Promise<readonly Uint8Array[] | undefined>;
}
