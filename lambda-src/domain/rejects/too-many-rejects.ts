import { RejectPolicyModel } from '../../../src/private/contract';
import { UploadCounts } from '../uploads/upload';
import { Reject } from './reject';
import { isWithinRatio, percentage } from './reject-ratio';
import { UploadFailure } from './upload-failure';

const LISTED = 'they are listed with their reasons';

/** What an upload fails with all of whose rows have been looked at, if it has more bad ones than are tolerated. */
export function tooManyRejects(
  { total, rejected }: UploadCounts, { most = Infinity, ratio = 1 }: RejectPolicyModel = {},
): UploadFailure | undefined {
  if (rejected <= most && isWithinRatio(rejected, total, ratio)) return undefined;
  const tolerated = rejected > most ? `${most}` : percentage(ratio);
  const message = `${rejected} of ${total} rows were rejected, which is more than the ${tolerated} that the pipeline tolerates; ${LISTED}`;
  return new UploadFailure('TOO_MANY_REJECTS', message);
}

/** What it fails with at the first bad row that is one too many, whatever comes behind it. */
export function oneTooMany({ row, message }: Pick<Reject, 'row' | 'message'>): UploadFailure {
  return new UploadFailure('TOO_MANY_REJECTS', `more rows were rejected than the pipeline tolerates, the last of them row ${row}: ${message}; ${LISTED}`);
}
