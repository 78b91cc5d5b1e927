import { Upload, UploadProgress } from './upload';

/**
 * How far an upload is, as clients see it. Those who work on its ranges side by side only add up what they have done, now and then
 * twice; how fast they are together, the upload's own times say. When it will be done is of interest until it is.
 */
export function shownProgress({ status, progress, history, updatedAt }: Upload): UploadProgress {
  const { estimatedEnd, rejected: _, ...found } = progress;
  const known = { ...found, bytes: Math.min(found.bytes, found.totalBytes) };
  if (status !== 'PROCESSING') return known;
  if (estimatedEnd !== undefined) return { ...known, estimatedEnd };
  const { bytes, totalBytes, rows, rowsPerSecond } = known;
  const began = history.findLast((step) => step.status === 'PROCESSING');
  const seconds = began ? (Date.parse(updatedAt) - Date.parse(began.at)) / 1000 : 0;
  if (rows === undefined || rowsPerSecond !== undefined || bytes === 0 || seconds <= 0) return known;
  const end = Date.parse(updatedAt) + 1000 * seconds * (totalBytes - bytes) / bytes;
  return { ...known, rowsPerSecond: Math.round(rows / seconds), estimatedEnd: new Date(end).toISOString() };
}
