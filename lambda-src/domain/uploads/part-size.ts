import { MAX_PARTS } from '../../../src/private/contract';

const MIB = 1024 ** 2;
/** Small enough to be sent again without regret, large enough for a gigabyte in some hundred requests. */
const USUAL_PART_SIZE = 8 * MIB;

/** How a file is cut into parts: all of the same size but the last. */
export interface PartPlan {
  readonly partSize: number;
  readonly partCount: number;
}

/** The smallest parts of whole mebibytes that a file of this size fits into, in as many as S3 takes. */
export function planParts(size: number): PartPlan {
  const partSize = Math.max(USUAL_PART_SIZE, Math.ceil(size / MAX_PARTS / MIB) * MIB);
  return { partSize, partCount: Math.max(1, Math.ceil(size / partSize)) };
}

/** Bytes of one part, from 1, of a file of this size. */
export function sizeOfPart(size: number, { partSize, partCount }: PartPlan, partNumber: number): number {
  return partNumber < partCount ? partSize : size - partSize * (partCount - 1);
}
