import * as fc from 'fast-check';
import { announcedFile, canTransition, IllegalTransition, isTerminal, newUpload, transition, Upload, UPLOAD_STATUSES, UploadStatus } from '../../../../lambda-src/domain/uploads/upload';

const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T01:00:00.000Z';
const status = fc.constantFrom(...UPLOAD_STATUSES);

function pending(): Upload {
  return newUpload({
    uploadId: '00000000-0000-4000-8000-000000000001',
    tenantId: '-',
    owner: null,
    files: [announcedFile({ name: 'file', fileName: 'a.csv', key: 'k', contentType: 'text/csv', size: 12 })],
    metadata: {},
    at: AT,
    deadline: LATER,
  });
}

/** Walks through statuses, skipping the steps that are refused. */
function walk(steps: UploadStatus[]): Upload {
  return steps.reduce((upload, to) => {
    try {
      return transition(upload, to, LATER, LATER);
    } catch (error) {
      expect(error).toBeInstanceOf(IllegalTransition);
      return upload;
    }
  }, pending());
}

test.each<[UploadStatus, UploadStatus[]]>([
  ['PENDING', ['UPLOADED', 'FAILED', 'ABORTED', 'EXPIRED']],
  ['UPLOADED', ['PROCESSING', 'FAILED', 'ABORTED', 'QUARANTINED']],
  ['PROCESSING', ['COMPLETED', 'FAILED']],
  ['FAILED', ['UPLOADED']],
  ['COMPLETED', []],
  ['ABORTED', []],
  ['EXPIRED', ['UPLOADED']],
  ['QUARANTINED', []],
])('after %s follows one of %p', (from, expected) => {
  expect(UPLOAD_STATUSES.filter((to) => canTransition(from, to))).toEqual(expected);
});

test('a terminal state has no way out but from FAILED and EXPIRED to UPLOADED', () => {
  fc.assert(fc.property(status, status, (from, to) => {
    if (isTerminal(from) && canTransition(from, to)) expect(['FAILED to UPLOADED', 'EXPIRED to UPLOADED']).toContain(`${from} to ${to}`);
  }));
});

test('every history is a path through the table, ends in the status, and only unfinished uploads have a deadline', () => {
  fc.assert(fc.property(fc.array(status, { maxLength: 12 }), (steps) => {
    const upload = walk(steps);
    const statuses = upload.history.map((entry) => entry.status);
    expect(statuses[0]).toBe('PENDING');
    expect(statuses.at(-1)).toBe(upload.status);
    statuses.slice(1).forEach((to, at) => expect(canTransition(statuses[at], to)).toBe(true));
    expect(upload.deadline === null).toBe(isTerminal(upload.status));
    expect(upload.uploadedAt !== null).toBe(statuses.includes('UPLOADED'));
  }));
});

test('a repeated step changes nothing', () => {
  fc.assert(fc.property(fc.array(status, { maxLength: 12 }), (steps) => {
    const upload = walk(steps);
    expect(transition(upload, upload.status, LATER)).toBe(upload);
  }));
});

test('an upload begins PENDING with the bytes that were announced', () => {
  expect(pending()).toMatchObject({
    status: 'PENDING', counts: null, progress: { bytes: 0, totalBytes: 12 }, history: [{ status: 'PENDING', at: AT }], deadline: LATER,
  });
});

test('leaving FAILED takes the error away', () => {
  const failed = { ...transition(pending(), 'FAILED', LATER), error: { code: 'X', message: 'x' } };
  expect(transition(failed, 'UPLOADED', LATER, LATER)).toMatchObject({ error: null, deadline: LATER });
});
