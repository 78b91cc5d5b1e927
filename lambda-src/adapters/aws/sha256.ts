import { createHmac, createSecretKey, hash, KeyObject } from 'node:crypto';

type Data = string | ArrayBuffer | ArrayBufferView;

/** Making a key of a secret takes five times as long as using it, and the signer uses the same ones over and over. */
const keys = new Map<Data, KeyObject>();
const MOST_KEYS = 20;

/** SHA-256, or HMAC-SHA-256 with a secret, as @smithy/signature-v4 wants it; native code, where the SDK's own is JavaScript. */
export class Sha256 {
  private parts: Uint8Array[] = [];

  constructor(private readonly secret?: Data) {}

  public update(data: Data): void {
    this.parts.push(toBytes(data));
  }

  public async digest(): Promise<Uint8Array> {
    const { parts, secret } = this;
    const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    return secret === undefined ? hash('sha256', bytes, 'buffer') : createHmac('sha256', keyOf(secret)).update(bytes).digest();
  }

  public reset(): void {
    this.parts = [];
  }
}

function keyOf(secret: Data): KeyObject {
  const known = keys.get(secret);
  if (known) return known;
  if (keys.size >= MOST_KEYS) keys.clear();
  const key = createSecretKey(toBytes(secret));
  keys.set(secret, key);
  return key;
}

function toBytes(data: Data): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
