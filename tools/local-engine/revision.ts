import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Tells engines of different sources apart: one that was started before an update goes on without it. */
export function engineRevision(): string {
  const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(py|txt)$/.test(name)).sort();
  return sources.reduce((hash, name) => hash.update(readFileSync(join(__dirname, name))), createHash('sha256')).digest('hex');
}
