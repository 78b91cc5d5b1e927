import fc from 'fast-check';
import { announcedFile } from '../../../../lambda-src/domain/uploads/upload';
import { CSV, FormatModel, RecordModel } from '../../../../src/private/contract';
import { FanOutWorld } from '../../../support/fakes/fan-out-world';
import { IngestWorld } from '../../../support/fakes/ingest-world';
import { anUpload } from '../../../support/fakes/uploads';
import { NUMBERED_NOTES, shuffled } from '../../../support/numbered-notes';

const textOf = (parts: readonly string[], maxLength: number) => (
  fc.array(fc.constantFrom(...parts), { maxLength }).map((chosen) => chosen.join(''))
);
const beginning = fc.constantFrom('', '\ufeff', '\n', '\ufeff\n\r');
const header = fc.constantFrom(
  'n,note\n', 'n,note\r\n', '"n","note"\n', '"n",note,"a\nlong one ""with"" quotes, longer than many a range"\n', 'n;note\n', 'note\n', '',
);
const rows = textOf([
  '1,a\n', '2,"b\nc"\n', '3,"d""e"\r\n', 'x,bad\r', '\n', '4\n', '5,f,g\n', '6,\n', ',7\n', ',\n', '"",""\n', '"8","é😀"\n', '\r\n\r\n', '9,"",\n', '\n'.repeat(40),
], 20);
const odd = textOf(['"', '""', ',', ';', '\n', '\r', '1', 'x', 'é😀', ' ', '\t', '#', '\ufeff', 'sep=;\n', '5,"q ""x"" y"\r\n'], 14);
const csvFile = fc.tuple(beginning, header, rows, fc.oneof({ weight: 3, arbitrary: fc.constant('') }, odd), rows).map((parts) => parts.join(''));
const jsonFile = textOf([
  '{"n":1}\n', ' {"n":2,"note":"x"}\r\n', 'none\n', '\n', '  \n', '\t{"n":"x"}', '\r', '{"note":"é😀"}\n', '\ufeff', '[1]\n', '{"n":3,"note":"a b"}',
], 15);
const csvFormat = fc.constantFrom<Partial<FormatModel>>(
  {}, { delimiter: null }, { delimiter: ';' }, { header: ['n', 'note'] }, { preambleLines: 1 }, { preambleLines: 3 },
  { raggedRows: 'fit' }, { raggedRows: 'fill' }, { quote: null },
);
const filesOf = <T extends fc.Arbitrary<string>>(file: T) => fc.array(file, { minLength: 1, maxLength: 3 });
const uploads = fc.oneof(
  fc.record({ format: csvFormat.map((format) => ({ ...CSV, ...format }) as FormatModel), files: filesOf(csvFile) }),
  fc.record({ format: fc.constant<FormatModel>({ kind: 'ndjson', encoding: null }), files: filesOf(jsonFile) }),
);

/** The files in the hands of one function. */
async function inOneLine(model: RecordModel, files: readonly Buffer[]): Promise<IngestWorld> {
  const upload = anUpload(1);
  const announced = files.map((_, nth) => announcedFile({ ...upload.files[0], name: `file${nth}`, key: `${upload.files[0].key}${nth}` }));
  const world = new IngestWorld(model, { ...upload, files: announced });
  for (const [nth, { key }] of announced.entries()) await world.put(files[nth], 'text/csv', key).deliver({}, { key });
  if (world.upload.status === 'UPLOADED') await world.deliverJob();
  return world;
}

test('a fan-out ends as one function does, whatever is in the files and wherever they are cut', async () => {
  const cuts = fc.record({ rangeSize: fc.integer({ min: 1, max: 60 }), seed: fc.nat(100), concurrency: fc.integer({ min: 1, max: 4 }) });
  const policies = fc.record({
    rejects: fc.option(fc.record({ most: fc.nat(6) }), { nil: undefined }), emptyRows: fc.constantFrom(undefined, 'skip' as const),
  });
  await fc.assert(fc.asyncProperty(uploads, cuts, policies, async ({ format, files: texts }, { rangeSize, seed, concurrency }, policy) => {
    const model: RecordModel = { ...NUMBERED_NOTES, formats: [format], ...policy };
    const files = texts.map((text) => Buffer.from(text));
    const one = await inOneLine(model, files);
    const many = await FanOutWorld.create(model, files);
    many.chunkSize = 1 + seed;
    const upload = await many.execute({ rangeSize, order: shuffled(seed), concurrency });

    expect(upload.status).toBe(one.upload.status);
    const lists = upload.files.map(({ key }) => many.rejects.get(key) ?? []);
    if (upload.status === 'COMPLETED') {
      expect(upload.counts).toEqual(one.upload.counts);
      expect(many.table.records()).toEqual(one.table.records());
      expect(lists).toEqual(upload.files.map(({ key }) => one.rejects.get(key) ?? []));
    } else {
      // Of several things that are wrong another may be found first, but one is.
      expect(upload.error!.code).not.toBe('PROCESSING_FAILED');
      const { accepted, rejected } = upload.counts ?? { accepted: 0, rejected: 0 };
      expect(lists.reduce((sum, { length }) => sum + Math.max(0, length - 1), 0)).toBe(rejected);
      expect(Object.keys(many.table.records()).length).toBeGreaterThanOrEqual(accepted);
    }
  }), { numRuns: 400 });
});
