import { transition, Upload, UploadStatus } from '../../../lambda-src/domain/upload';
import { begin, decide, Lease, Work } from '../../../lambda-src/domain/work';
import { anUpload } from '../../support/fakes/uploads';

const NOW = '2026-01-01T01:00:00.000Z';
const BEFORE = '2026-01-01T00:59:59.999Z';
const AFTER = '2026-01-01T01:00:00.001Z';
const ARRIVED = '2026-01-01T00:30:00.000Z';
const OURS = { holder: 'us', until: '2026-01-01T01:05:00.000Z' };

function work(status: UploadStatus, lease: Lease | null = null, changes: Partial<Upload> = {}): Work {
  return { upload: anUpload(1, { status, ...changes }), revision: 3, lease, etag: null };
}

const leases = { none: null, over: { holder: 'x', until: BEFORE }, ending: { holder: 'x', until: NOW }, held: { holder: 'x', until: AFTER } };

test.each<[UploadStatus, keyof typeof leases, ReturnType<typeof decide>]>([
  ['PENDING', 'none', 'work'],
  ['UPLOADED', 'none', 'work'],
  ['PROCESSING', 'none', 'work'],
  ['PROCESSING', 'over', 'work'],
  ['PROCESSING', 'ending', 'work'],
  ['PROCESSING', 'held', 'wait'],
  // A lease that was left on an upload which has moved on says nothing.
  ['PENDING', 'held', 'work'],
  ['UPLOADED', 'held', 'work'],
  ['COMPLETED', 'none', 'skip'],
  ['COMPLETED', 'held', 'skip'],
  ['ABORTED', 'none', 'skip'],
  // The file came all the same.
  ['EXPIRED', 'none', 'work'],
  ['QUARANTINED', 'none', 'skip'],
])('a delivery for a %s upload, lease %s: %s', (status, lease, expected) => {
  expect(decide(work(status, leases[lease]), NOW)).toBe(expected);
});

test.each([
  ['PROCESSING_FAILED', 'work'], ['PROCESSING_TIMED_OUT', 'work'], ['MISSING_COLUMN', 'skip'], ['FILE_NOT_FOUND', 'skip'], ['FILE_REPLACED', 'skip'],
])('a delivery for an upload that failed with %s: %s', (code, expected) => {
  expect(decide(work('FAILED', null, { error: { code, message: '' } }), NOW)).toBe(expected);
});

test('a failure without a reason is not tried again', () => {
  expect(decide(work('FAILED'), NOW)).toBe('skip');
});

describe('begin', () => {
  const beginning = (found: Work) => begin(found, { lease: OURS, arrivedAt: ARRIVED, now: NOW, deadline: AFTER });

  test('takes a pending upload through UPLOADED, at the time its file arrived', () => {
    const { upload, lease, revision } = beginning(work('PENDING'));
    expect({ lease, revision }).toEqual({ lease: OURS, revision: 3 });
    expect(upload).toMatchObject({ status: 'PROCESSING', uploadedAt: ARRIVED, updatedAt: NOW, deadline: AFTER });
    expect(upload.history.slice(1)).toEqual([{ status: 'UPLOADED', at: ARRIVED }, { status: 'PROCESSING', at: NOW }]);
  });

  test('takes an uploaded one on', () => {
    const uploaded = transition(anUpload(1), 'UPLOADED', ARRIVED);
    const { upload } = beginning({ upload: uploaded, revision: 0, lease: null, etag: null });
    expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING']);
  });

  test('takes a failed one back, without its error, and keeps the time that its records are listed under', () => {
    const failed = transition(transition(transition(anUpload(1), 'UPLOADED', ARRIVED), 'PROCESSING', ARRIVED), 'FAILED', ARRIVED);
    const { upload } = beginning({ upload: { ...failed, error: { code: 'PROCESSING_FAILED', message: '' } }, revision: 5, lease: null, etag: null });
    expect(upload).toMatchObject({ status: 'PROCESSING', error: null, uploadedAt: ARRIVED, deadline: AFTER });
    expect(upload.history.slice(-2)).toEqual([{ status: 'UPLOADED', at: NOW }, { status: 'PROCESSING', at: NOW }]);
  });

  test('takes over from a lease that ran out: a new deadline, counts from the start, no new step in the history', () => {
    const found = work('PROCESSING', leases.over, { counts: { total: 9, accepted: 8, rejected: 1 }, progress: { bytes: 7, totalBytes: 50 } });
    const { upload, lease } = beginning(found);
    expect(lease).toEqual(OURS);
    expect(upload).toMatchObject({ counts: null, progress: { bytes: 0, totalBytes: 50 }, deadline: AFTER, history: found.upload.history });
  });

  test('does not invent the size of a file', () => {
    expect(beginning(work('PENDING')).upload.files[0].size).toBeNull();
  });

  test('remembers the bytes that the first attempt began with', () => {
    const first = begin(work('PENDING'), { lease: OURS, arrivedAt: ARRIVED, now: NOW, deadline: AFTER, etag: 'first' });
    expect(first.etag).toBe('first');
    expect(begin(first, { lease: OURS, arrivedAt: ARRIVED, now: NOW, deadline: AFTER, etag: 'second' }).etag).toBe('first');
    expect(beginning(work('PENDING')).etag).toBeNull();
  });

  test('takes an expired one on when its file came after all', () => {
    const expired = transition(anUpload(1), 'EXPIRED', ARRIVED);
    const { upload } = beginning({ upload: expired, revision: 1, lease: null, etag: null });
    expect(upload.history.map(({ status }) => status)).toEqual(['PENDING', 'EXPIRED', 'UPLOADED', 'PROCESSING']);
  });

  test.each(['COMPLETED', 'ABORTED', 'QUARANTINED'] as const)('refuses what has ended: %s', (status) => {
    expect(() => beginning(work(status))).toThrow(`an upload cannot go from ${status} to UPLOADED`);
  });
});
