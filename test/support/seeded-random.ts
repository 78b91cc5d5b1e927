import { createHash } from 'node:crypto';

/** Integers from 0 on, and below what is asked for; the same ones for the same seed. */
export function randomOf(seed: number): (below: number) => number {
  let drawn = 0;
  return (below) => createHash('sha256').update(`${seed} ${drawn++}`).digest().readUInt32BE() % below;
}
