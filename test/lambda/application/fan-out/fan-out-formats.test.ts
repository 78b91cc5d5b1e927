import fc from 'fast-check';
import { CSV, RecordModel } from '../../../../src/private/contract';
import { FanOutWorld } from '../../../support/fakes/fan-out-world';
import { IngestWorld } from '../../../support/fakes/ingest-world';
import { NUMBERED_NOTES, shuffled } from '../../../support/numbered-notes';

test('a quote behind a character that could be a delimiter, but is none, is a stray one', async () => {
  const content = Buffer.from(`a,b\n${'1,2\n'.repeat(50)}3,x;"y\n${'4,"z\nz"\n'.repeat(50)}`);
  const world = await FanOutWorld.create({ ...NUMBERED_NOTES, columns: null, formats: [{ ...CSV, delimiter: null }] }, [content]);
  expect(await world.execute({ rangeSize: 100 })).toMatchObject({ status: 'FAILED', error: { code: 'MALFORMED_CSV' } });
  expect(world.table.records()).toEqual({});
});

test('other formats: a preamble and no header, semicolons, a line that declares them, and one object per line', async () => {
  const preamble = { ...CSV, delimiter: null, header: ['n', 'note'], preambleLines: 2 };
  const world = await FanOutWorld.create({ ...NUMBERED_NOTES, formats: [preamble] }, [Buffer.from('\ufeffsaid "by\nme\r\n\n1;"a\nb;c\nd"\n2;c\n3;"d\r\n"\n')]);
  await world.execute({ rangeSize: 28 });
  expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 3, rejected: 0 } });
  expect(Object.values(world.table.records())).toEqual([{ n: '1', note: 'a\nb;c\nd' }, { n: '2', note: 'c' }, { n: '3', note: 'd\r\n' }]);

  for (let rangeSize = 8; rangeSize < 30; rangeSize++) {
    const sep = await FanOutWorld.create({ ...NUMBERED_NOTES, formats: [{ ...CSV, delimiter: null }] }, [Buffer.from('sep=;\r\nn;note\r\n1;"a,\nb"\r\n2;a,b\r\nx;c,d\r\n')]);
    await sep.execute({ rangeSize, order: shuffled(rangeSize) });
    expect(sep.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 3, accepted: 2, rejected: 1 } });
    expect(Object.values(sep.table.records())).toEqual([{ n: '1', note: 'a,\nb' }, { n: '2', note: 'a,b' }]);
  }

  const lines = ['{"n":1}', '', ' {"n":2,"note":"x"}', 'none', ' \r', '{"n":"4"}', '{"note":"5"}'];
  for (let rangeSize = 1; rangeSize < 20; rangeSize++) {
    const json = await FanOutWorld.create({ ...NUMBERED_NOTES, formats: [{ kind: 'ndjson', encoding: null }] }, [Buffer.from(lines.join('\n'))]);
    await json.execute({ rangeSize, order: shuffled(rangeSize) });
    expect(json.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 5, accepted: 3, rejected: 2 } });
    expect(json.rejects.get(json.upload.files[0].key)!.slice(1).map(([record, row]) => [record, row])).toEqual([['none', '3'], ['{"note":"5"}', '5']]);
  }
});

test('rows of another width become what the format makes of them', async () => {
  const files = [Buffer.from(`n,note\n${'1\n2,a,b\n3,c\n'.repeat(30)}`)];
  const model: RecordModel = { ...NUMBERED_NOTES, formats: [{ ...CSV, raggedRows: 'fit' }] };
  const world = await FanOutWorld.create(model, files);
  expect(await world.execute({ rangeSize: 50 })).toMatchObject({ status: 'COMPLETED', counts: { total: 90, accepted: 90, rejected: 0 } });
  expect(Object.values(world.table.records()).slice(0, 3)).toEqual(expect.arrayContaining([{ n: '1' }]));
});

test('lines before the header may be longer than a range', async () => {
  const line = fc.tuple(fc.stringMatching(/^[a-z", é]{0,9}$/u), fc.constantFrom('\n', '\r\n', '\r'));
  const preambles = fc.array(line, { minLength: 1, maxLength: 12 });
  await fc.assert(fc.asyncProperty(preambles, fc.integer({ min: 1, max: 40 }), fc.constantFrom('', '\ufeff'), async (lines, rangeSize, mark) => {
    const preamble = lines.flat().join('');
    const preambleLines = preamble.split(/\r\n|\r|\n/).length - 1;
    const file = Buffer.from(`${mark}${preamble}n,note\n1,"a\nb"\n2,c\n`);
    const world = await FanOutWorld.create({ ...NUMBERED_NOTES, formats: [{ ...CSV, preambleLines }] }, [file]);
    world.chunkSize = 3;
    await world.execute({ rangeSize });
    expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 2, accepted: 2, rejected: 0 } });
    expect(Object.values(world.table.records())).toEqual([{ n: '1', note: 'a\nb' }, { n: '2', note: 'c' }]);
  }), { numRuns: 60 });
});

test('a byte order mark may be cut anywhere', async () => {
  const json: RecordModel = { ...NUMBERED_NOTES, formats: [{ kind: 'ndjson', encoding: null }] };
  const named: RecordModel = { ...NUMBERED_NOTES, formats: [{ ...CSV, header: ['n', 'note'] }] };
  for (const [model, text] of [[NUMBERED_NOTES, 'n,note\n1,a\n2,"b"\n'], [named, '"1",a\n2,b\n'], [json, '{"n":1,"note":"a"}\n{"n":2,"note":"b"}\n']] as const) {
    for (let rangeSize = 1; rangeSize < 8; rangeSize++) {
      const world = await FanOutWorld.create(model, [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`)]);
      await world.execute({ rangeSize, order: shuffled(rangeSize) });
      expect(world.upload).toMatchObject({ status: 'COMPLETED', counts: { total: 4, accepted: 4, rejected: 0 } });
      expect(Object.values(world.table.records()).map(({ note }) => note)).toEqual(['a', 'b', 'a', 'b']);
    }
  }
});

test('a file that ends before its header does is an empty one', async () => {
  for (const rangeSize of [3, 100]) {
    const world = await FanOutWorld.create({ ...NUMBERED_NOTES, formats: [{ ...CSV, preambleLines: 4 }] }, [Buffer.from('said\nby\nme\n')]);
    expect(await world.execute({ rangeSize })).toMatchObject({ status: 'FAILED', error: { code: 'EMPTY_FILE' } });
  }
});

test('rejects of rows of JSON are their lines as they are in the file', async () => {
  const line = fc.constantFrom(' none', '\t {"note":"5"}', '{"n":"x"}\r', '   ', '', '\r', ' \t  1');
  const someLines = fc.array(line, { minLength: 1, maxLength: 12 });
  await fc.assert(fc.asyncProperty(someLines, fc.integer({ min: 1, max: 30 }), async (lines, rangeSize) => {
    const model: RecordModel = { ...NUMBERED_NOTES, formats: [{ kind: 'ndjson', encoding: null }] };
    const file = Buffer.from(`${lines.join('\n')}\n{"n":1}\n`);
    const without = new IngestWorld(model).put(file);
    expect(await without.deliver()).toMatchObject({ outcome: 'completed' });
    const world = await FanOutWorld.create(model, [file]);
    const upload = await world.execute({ rangeSize, order: shuffled(rangeSize) });
    expect(upload).toMatchObject({ status: 'COMPLETED', counts: without.upload.counts });
    expect(world.rejects.get(upload.files[0].key)).toEqual(without.rejects.get(without.key));
  }), { numRuns: 100 });
});
