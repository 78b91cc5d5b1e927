import { shownProgress } from '../../../../lambda-src/domain/uploads/shown-progress';
import { transition, Upload, UploadProgress } from '../../../../lambda-src/domain/uploads/upload';
import { anUpload } from '../../../support/fakes/uploads';

const BEGAN = '2026-01-01T01:00:00.000Z';
const AFTER_TEN_SECONDS = '2026-01-01T01:00:10.000Z';

function processing(progress: UploadProgress, changes: Partial<Upload> = {}): Upload {
  const upload = transition(transition(anUpload(1), 'UPLOADED', BEGAN), 'PROCESSING', BEGAN);
  return { ...upload, progress, updatedAt: AFTER_TEN_SECONDS, ...changes };
}

test('what was added up by many has a rate and an end by the time since they began', () => {
  expect(shownProgress(processing({ bytes: 25, totalBytes: 100, rows: 55 }))).toEqual({
    bytes: 25, totalBytes: 100, rows: 55, rowsPerSecond: 6, estimatedEnd: '2026-01-01T01:00:40.000Z',
  });
});

test('what was added twice is not more than everything', () => {
  const shown = shownProgress(processing({ bytes: 101, totalBytes: 100, rows: 10 }));
  expect(shown).toMatchObject({ bytes: 100, estimatedEnd: AFTER_TEN_SECONDS });
});

test('whoever knows more than that has said it', () => {
  const said = { bytes: 25, totalBytes: 100, rows: 50, rowsPerSecond: 7, estimatedEnd: '2026-01-01T02:00:00.000Z' };
  expect(shownProgress(processing(said))).toEqual(said);
  const { estimatedEnd: _, ...rated } = said;
  expect(shownProgress(processing(rated))).toEqual(rated);
});

test.each<[string, Upload]>([
  ['has not begun', { ...anUpload(1), progress: { bytes: 0, totalBytes: 100 } }],
  ['has no rows', processing({ bytes: 25, totalBytes: 100 })],
  ['has just begun', processing({ bytes: 25, totalBytes: 100, rows: 5 }, { updatedAt: BEGAN })],
  ['has read nothing yet', processing({ bytes: 0, totalBytes: 100, rows: 0 })],
])('what %s has no rate', (_case, upload) => {
  expect(shownProgress(upload)).toEqual(upload.progress);
});

test('what has ended needs no end', () => {
  const progress = { bytes: 100, totalBytes: 100, rows: 5, rowsPerSecond: 7, estimatedEnd: AFTER_TEN_SECONDS };
  expect(shownProgress({ ...processing(progress), status: 'COMPLETED' })).toEqual({ bytes: 100, totalBytes: 100, rows: 5, rowsPerSecond: 7 });
});
