import * as fc from 'fast-check';
import { Deduplicated, jobDeduplicationId } from '../../../../lambda-src/domain/uploads/job-deduplication-id';

const job: fc.Arbitrary<Deduplicated> = fc.record({
  uploadId: fc.uuid(),
  tenantId: fc.string(),
  files: fc.uniqueArray(fc.record({ key: fc.string() }), { selector: ({ key }) => key }),
  attempt: fc.nat(),
  continuation: fc.option(fc.nat(), { nil: undefined }),
});
const shuffled = job.chain((one) => fc.tuple(fc.constant(one), fc.shuffledSubarray([...one.files], { minLength: one.files.length })));
const known = ({ uploadId, tenantId, files, attempt, continuation }: Deduplicated) => (
  [uploadId, tenantId, files.map(({ key }) => key).sort(), attempt, continuation]
);

test('the order of the files does not matter', () => {
  fc.assert(fc.property(shuffled, ([one, files]) => {
    expect(jobDeduplicationId({ ...one, files })).toBe(jobDeduplicationId(one));
  }));
});

test('two jobs have the same id only if they are about the same attempt at the same files of the same tenant', () => {
  fc.assert(fc.property(job, job, (a, b) => {
    expect(jobDeduplicationId(a) === jobDeduplicationId(b)).toBe(JSON.stringify(known(a)) === JSON.stringify(known(b)));
  }));
});

test.each<[string, Partial<Deduplicated>]>([
  ['tenant', { tenantId: 'b' }], ['upload', { uploadId: 'v' }], ['attempt', { attempt: 2 }], ['continuation', { continuation: 0 }], ['set of files', { files: [{ key: 'x' }] }],
])('another %s, another id', (_, change) => {
  const one = { uploadId: 'u', tenantId: 'a', files: [{ key: 'x' }, { key: 'y' }], attempt: 1 };
  expect(jobDeduplicationId({ ...one, ...change })).not.toBe(jobDeduplicationId(one));
});

test('SQS takes it: at most 128 letters and digits', () => {
  fc.assert(fc.property(job, (one) => expect(jobDeduplicationId(one)).toMatch(/^[0-9a-f]{64}$/)));
});
