/** A stream of these bytes, so many at a time. */
export async function* chunked(bytes: Buffer | string, size = 64 * 1024): AsyncGenerator<Buffer> {
  const buffer = Buffer.from(bytes as Buffer);
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
}

export async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => { throw new Error('it succeeded'); }, (error: unknown) => error);
}
