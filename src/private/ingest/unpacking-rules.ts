import { Size, Token } from 'aws-cdk-lib';
import { UnpackingLimits } from '../../ingest/unpacking-limits';
import { UNPACKING, UnpackingModel } from '../contract';
import { invalid, validateSize } from '../validation';

/** Bytes of DEFLATE per byte, at most (zlib's "Technical Details"): a greater ratio would bound nothing. */
const MAX_RATIO = 1100;
/** The largest object that S3 holds (Amazon S3 User Guide, "Uploading objects"), twenty times over. */
const MAX_SIZE = Size.tebibytes(1000);

export function unpackingModel(limits: UnpackingLimits | undefined): UnpackingModel | undefined {
  if (limits === undefined) return undefined;
  const { maxSize, maxRatio = UNPACKING.maxRatio } = limits;
  validateSize('maxSize', maxSize, Size.bytes(1), MAX_SIZE);
  if (!Token.isUnresolved(maxRatio) && !(maxRatio >= 1 && maxRatio <= MAX_RATIO)) {
    invalid('OUT_OF_RANGE', `'maxRatio' must be between 1 and ${MAX_RATIO}, got ${maxRatio}`);
  }
  return { maxBytes: maxSize?.toBytes() ?? UNPACKING.maxBytes, maxRatio };
}
