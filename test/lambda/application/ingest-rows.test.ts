import { BatchWriter, BatchWriterPorts } from '../../../lambda-src/application/batch-writer';
import { IngestPorts, ingestRows } from '../../../lambda-src/application/ingest-rows';
import { UploadFailure } from '../../../lambda-src/domain/upload-failure';
import { InMemoryTable } from '../../support/fakes/in-memory-table';
import { anyCsv, recordContext } from '../domain/record-models';

const MODEL = anyCsv({ keys: { partitionKey: '{name}', sortKey: 'INFO' }, duplicateKeys: 'last-wins' });

const NOTHING = { total: 0, accepted: 0, rejected: 0 };

async function* rowsOf(...rows: readonly (readonly string[])[]): AsyncGenerator<readonly string[]> {
  yield* rows;
}

function writerWith(send: BatchWriterPorts['send'], sleep: BatchWriterPorts['sleep'] = async () => undefined): BatchWriter {
  return new BatchWriter({ send, sleep, random: Math.random });
}

function ports(changes: Partial<IngestPorts> = {}): IngestPorts {
  const table = new InMemoryTable();
  return {
    rows: rowsOf(['name'], ['a']),
    writer: writerWith(async (items) => {
      table.write(items);
      return [];
    }),
    isDuplicate: () => false,
    rejects: { add: () => undefined, close: async () => undefined, discard: async () => undefined },
    onRow: () => undefined,
    ...changes,
  };
}

/** A promise to be settled from outside. */
function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => { open = resolve; });
  return { open, passed };
}

describe('when an attempt ends early', () => {
  const many = Array.from({ length: 30 }, (_, row) => [`drug ${row}`]);
  const broken = async function* () {
    yield ['name'];
    yield* many;
    throw new UploadFailure('UNTERMINATED_QUOTE', 'a quoted field is still open');
  };

  test('it waits for what is on its way, so that no late batch overwrites the next attempt', async () => {
    const { open, passed } = gate();
    const writer = writerWith(() => passed.then(() => []));
    let over = false;
    const attempt = ingestRows(MODEL, recordContext(), NOTHING, ports({ rows: broken(), writer })).finally(() => { over = true; });
    const ended = expect(attempt).rejects.toMatchObject({ code: 'UNTERMINATED_QUOTE' });
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(over).toBe(false);
    open();
    await ended;
  });

  test('it does not send again what the table did not take', async () => {
    let sends = 0;
    const { open, passed } = gate();
    const writer = writerWith(async (items) => {
      sends++;
      return [...items];
    }, () => passed);
    const attempt = ingestRows(MODEL, recordContext(), NOTHING, ports({ rows: broken(), writer }));
    const ended = expect(attempt).rejects.toMatchObject({ code: 'UNTERMINATED_QUOTE' });
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    open();
    await ended;
    expect(sends).toBe(1);
  });

  test('rejects that cannot be discarded do not hide why', async () => {
    const rejects = { add: () => undefined, close: async () => undefined, discard: async () => { throw new Error('S3 is down'); } };
    await expect(ingestRows(MODEL, recordContext(), NOTHING, ports({ rows: broken(), rejects }))).rejects.toMatchObject({ code: 'UNTERMINATED_QUOTE' });
  });

  test.each([
    ['the header is refused', { rows: ['name', 'name'] }],
    ['a record cannot be written', { send: async () => { throw new Error('denied'); } }],
    ['progress cannot be reported', { onRow: async () => { throw new Error('lost'); } }],
  ])('the reading ends, too: %s', async (_, { rows, send, onRow }: { rows?: string[]; send?: () => Promise<never>; onRow?: () => Promise<never> }) => {
    let ended = false;
    const reading = async function* () {
      try {
        yield rows ?? ['name'];
        yield* many;
      } finally {
        ended = true;
      }
    };
    const made = ports({ rows: reading() });
    const writer = send ? writerWith(send) : made.writer;
    await expect(ingestRows(MODEL, recordContext(), NOTHING, { ...made, writer, onRow: onRow ?? made.onRow })).rejects.toThrow();
    expect(ended).toBe(true);
  });

  test('rejects that cannot be stored end the attempt, and are discarded', async () => {
    let discarded = 0;
    const rejects = {
      add: () => undefined,
      close: async () => { throw new Error('S3 is down'); },
      discard: async () => { discarded++; },
    };
    await expect(ingestRows(MODEL, recordContext(), NOTHING, ports({ rejects }))).rejects.toThrow('S3 is down');
    expect(discarded).toBe(1);
  });
});

test('rejects are closed only when every record is in the table', async () => {
  const order: string[] = [];
  const writer = writerWith(async () => {
    await new Promise(setImmediate);
    order.push('written');
    return [];
  });
  const rejects = { add: () => undefined, close: async () => { order.push('closed'); }, discard: async () => undefined };
  expect(await ingestRows(MODEL, recordContext(), NOTHING, ports({ writer, rejects }))).toEqual({ total: 1, accepted: 1, rejected: 0 });
  expect(order).toEqual(['written', 'closed']);
});

test('a full reject sink holds up the reading', async () => {
  const { open, passed } = gate();
  let read = 0;
  const reading = async function* () {
    yield ['name', 'price'];
    for (; read < 1000; read++) yield ['too short'];
  };
  const rejects = { add: () => passed, close: async () => undefined, discard: async () => undefined };
  const attempt = ingestRows(MODEL, recordContext(), NOTHING, ports({ rows: reading(), rejects }));
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  expect(read).toBe(0);
  open();
  expect(await attempt).toEqual({ total: 1000, accepted: 0, rejected: 1000 });
});
