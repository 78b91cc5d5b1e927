import { NO_ROWS, startAt, UploadCheckpoint } from '../../../../lambda-src/domain/uploads/checkpoint';
import { announcedFile, transition, Upload, UploadStatus } from '../../../../lambda-src/domain/uploads/upload';
import { again, arrive, attemptOf, begin, decide, Lease, untouched, waitsForJob, Work } from '../../../../lambda-src/domain/uploads/work';
import { anUpload } from '../../../support/fakes/uploads';

const NOW = '2026-01-01T01:00:00.000Z';
const BEFORE = '2026-01-01T00:59:59.999Z';
const AFTER = '2026-01-01T01:00:00.001Z';
const ARRIVED = '2026-01-01T00:30:00.000Z';
const OURS = { holder: 'us', until: '2026-01-01T01:05:00.000Z' };

function work(status: UploadStatus, lease: Lease | null = null, changes: Partial<Upload> = {}): Work {
  return { ...untouched(anUpload(1, { status, ...changes }), 3), lease };
}

const leases = { none: null, over: { holder: 'x', until: BEFORE }, ending: { holder: 'x', until: NOW }, held: { holder: 'x', until: AFTER } };

test.each<[UploadStatus, keyof typeof leases, ReturnType<typeof decide>]>([
  // Its files are not all there.
  ['PENDING', 'none', 'skip'],
  ['UPLOADED', 'none', 'work'],
  ['PROCESSING', 'none', 'work'],
  ['PROCESSING', 'over', 'work'],
  ['PROCESSING', 'ending', 'work'],
  ['PROCESSING', 'held', 'wait'],
  // A lease that was left on an upload which has moved on says nothing.
  ['UPLOADED', 'held', 'work'],
  ['COMPLETED', 'none', 'skip'],
  ['COMPLETED', 'held', 'skip'],
  ['ABORTED', 'none', 'skip'],
  ['EXPIRED', 'none', 'skip'],
  ['QUARANTINED', 'none', 'skip'],
])('a delivery for a %s upload, lease %s: %s', (status, lease, expected) => {
  expect(decide(work(status, leases[lease]), NOW)).toBe(expected);
});

test.each([
  ['PROCESSING_FAILED', 'work'], ['HANDLER_FAILED', 'work'], ['PROCESSING_TIMED_OUT', 'work'], ['MISSING_COLUMN', 'skip'], ['FILE_NOT_FOUND', 'skip'], ['FILE_REPLACED', 'skip'],
])('a delivery for an upload that failed with %s: %s', (code, expected) => {
  expect(decide(work('FAILED', null, { error: { code, message: '' } }), NOW)).toBe(expected);
});

test('a failure without a reason is not tried again', () => {
  expect(decide(work('FAILED'), NOW)).toBe('skip');
});

describe('arrive', () => {
  const [first, second] = ['a.csv', 'b.csv'].map((fileName) => announcedFile({ name: fileName, fileName, key: `uploads/x/${fileName}`, contentType: 'text/csv' }));
  const note = (of: Work, file = first, changes: { at?: string; etag?: string } = {}) => (
    arrive(of, { key: file.key, at: ARRIVED, etag: 'abc', now: NOW, deadline: AFTER, ...changes })
  );
  const statuses = ({ upload }: Work) => upload.history.map(({ status }) => status);

  test('a pending upload is UPLOADED when its only file is there, at the time it arrived', () => {
    const { upload, revision } = note(work('PENDING', null, { files: [first] }));
    expect(upload).toMatchObject({ status: 'UPLOADED', uploadedAt: ARRIVED, updatedAt: NOW, deadline: AFTER, files: [{ arrival: { at: ARRIVED, etag: 'abc' } }] });
    expect(upload.history.at(-1)).toEqual({ status: 'UPLOADED', at: ARRIVED });
    expect(revision).toBe(3);
  });

  test('of several files the last one does it, in whatever order they are told of', () => {
    const one = note(work('PENDING', null, { files: [first, second] }), second, { at: NOW });
    expect(one.upload).toMatchObject({ status: 'PENDING', deadline: anUpload(1).deadline, files: [{ arrival: null }, { arrival: { at: NOW } }] });
    const both = note(one, first, { etag: undefined });
    expect(both.upload).toMatchObject({ status: 'UPLOADED', uploadedAt: NOW, files: [{ arrival: { at: ARRIVED, etag: null } }, {}] });
  });

  test('what is known already changes nothing, and the first bytes count', () => {
    const one = note(work('PENDING', null, { files: [first, second] }));
    expect(note(one, first, { etag: 'other', at: NOW })).toBe(one);
    const uploaded = note(one, second);
    expect(note(uploaded, second)).toBe(uploaded);
  });

  test('an expired upload goes on when its files came after all', () => {
    const expired = work('EXPIRED', null, { files: [first], deadline: null });
    expect(note(expired).upload).toMatchObject({ status: 'UPLOADED', deadline: AFTER });
  });

  test.each(['UPLOADED', 'PROCESSING', 'COMPLETED', 'FAILED', 'QUARANTINED'] as const)('a %s upload stays so', (status) => {
    const late = note(work(status, null, { files: [first] }));
    expect(late.upload).toMatchObject({ status, files: [{ arrival: { etag: 'abc' } }] });
    expect(statuses(late)).toEqual(['PENDING']);
  });

  test('a key that is none of its files changes nothing', () => {
    const pending = work('PENDING', null, { files: [first] });
    expect(note(pending, second)).toBe(pending);
  });
});

describe('begin', () => {
  const beginning = (found: Work) => begin(found, { lease: OURS, now: NOW, deadline: AFTER });
  const uploaded = transition(anUpload(1), 'UPLOADED', ARRIVED);

  test('takes an uploaded one on', () => {
    const { upload, lease, revision } = beginning({ ...work('UPLOADED'), upload: uploaded });
    expect({ lease, revision }).toEqual({ lease: OURS, revision: 3 });
    expect(upload).toMatchObject({ status: 'PROCESSING', uploadedAt: ARRIVED, updatedAt: NOW, deadline: AFTER });
    expect(upload.history.slice(1)).toEqual([{ status: 'UPLOADED', at: ARRIVED }, { status: 'PROCESSING', at: NOW }]);
  });

  test('goes on at the checkpoint of a lease that is over, and a new attempt begins at the start', () => {
    const at = { ...startAt(9), counts: { total: 2, accepted: 1, rejected: 1 } };
    const checkpoint: UploadCheckpoint = { model: 'm', pass: 'writing', file: 0, before: NO_ROWS, at };
    const shown = { counts: checkpoint.at.counts, progress: { bytes: 9, totalBytes: 20, rows: 2 } };
    const processing = { ...transition(uploaded, 'PROCESSING', ARRIVED), ...shown };
    const goesOn = beginning({ ...untouched(processing, 3), checkpoint });
    expect(goesOn).toMatchObject({ checkpoint, execution: null, upload: shown });
    const failed = { ...transition(processing, 'FAILED', ARRIVED), error: { code: 'PROCESSING_FAILED', message: '' } };
    const had = { ...untouched(failed, 3), checkpoint, execution: 'x' };
    for (const anew of [beginning(had), again(had, NOW, AFTER)]) {
      expect(anew).toMatchObject({ checkpoint: null, execution: null });
    }
    expect(beginning(had).upload).toMatchObject({ counts: null, progress: { bytes: 0, totalBytes: 20 } });
  });

  test('takes a failed one back, without its error, and keeps the time that its records are listed under', () => {
    const failed = transition(transition(uploaded, 'PROCESSING', ARRIVED), 'FAILED', ARRIVED);
    const found = { ...work('FAILED'), state: '{}', upload: { ...failed, stage: 'two', error: { code: 'PROCESSING_FAILED', message: '' } } };
    const { upload, state } = beginning(found);
    expect(upload).toMatchObject({ status: 'PROCESSING', error: null, uploadedAt: ARRIVED, deadline: AFTER, stage: null });
    expect(upload.history.slice(-2)).toEqual([{ status: 'UPLOADED', at: NOW }, { status: 'PROCESSING', at: NOW }]);
    expect(state).toBeNull();
  });

  test('takes over from a lease that ran out: a new deadline, counts from the start, the stage that was reached', () => {
    const changes = { counts: { total: 9, accepted: 8, rejected: 1 }, progress: { bytes: 7, totalBytes: 50 }, stage: 'two' };
    const found = { ...work('PROCESSING', leases.over, changes), state: '{}' };
    const { upload, lease, state } = beginning(found);
    expect([lease, state]).toEqual([OURS, '{}']);
    expect(upload).toMatchObject({ counts: null, progress: { bytes: 0, totalBytes: 50 }, deadline: AFTER, stage: 'two', history: found.upload.history });
  });

  test('does not invent the size of a file', () => {
    expect(beginning(work('UPLOADED')).upload.files[0].size).toBeNull();
  });

  test.each(['COMPLETED', 'ABORTED', 'QUARANTINED'] as const)('refuses what has ended: %s', (status) => {
    expect(() => beginning(work(status))).toThrow(`an upload cannot go from ${status} to UPLOADED`);
  });
});

test.each<[UploadStatus, keyof typeof leases, boolean]>([
  ['UPLOADED', 'none', true], ['UPLOADED', 'held', true], ['PROCESSING', 'none', true],
  ['PROCESSING', 'held', false], ['PROCESSING', 'over', false], ['PENDING', 'none', false], ['FAILED', 'none', false], ['EXPIRED', 'none', false],
])('a %s upload, lease %s, waits for its job: %s', (status, lease, expected) => {
  expect(waitsForJob(work(status, leases[lease]))).toBe(expected);
});

test('a failed upload waits again, and that is another attempt', () => {
  const failed = transition(transition(transition(anUpload(1), 'UPLOADED', ARRIVED), 'PROCESSING', ARRIVED), 'FAILED', ARRIVED);
  const waiting = again({ ...work('FAILED', leases.over), upload: failed }, NOW, AFTER);
  expect(waiting).toMatchObject({ lease: null, upload: { status: 'UPLOADED', deadline: AFTER, error: null } });
  expect([anUpload(1), failed, waiting.upload].map(attemptOf)).toEqual([0, 1, 2]);
});
