import { table } from '../table';
import { Experiment } from './experiment';
import { fileBytes } from './generated-file';
import { StandInReport } from './stand-in';

const ROWS = Math.round(Number(process.env.LARGE_FILE_BYTES ?? 5e9) / 512);
/** So short that it takes many invocations. */
const INVOCATION_MILLISECONDS = 60_000;
/** At the same time, and bytes of each: the construct's own default. */
const RANGES_AT_ONCE = 2;
const RANGE_BYTES = 64 * 1024 ** 2;

/** Ingests a file that is larger than any memory, one invocation after the other and in ranges; throws unless every row is there, once. */
export async function largeFile(): Promise<string> {
  const ways = [['one after the other', continued], ['in ranges', fannedOut]] as const;
  const rows: string[][] = [];
  for (const [name, way] of ways) {
    const experiment = await Experiment.begin(ROWS);
    try {
      await way(experiment);
      const report = await experiment.report();
      check(report);
      const { seconds, invocations, peak } = experiment;
      rows.push([
        name, String(report.written), String(report.again), `${seconds.toFixed(0)} s`, `${(fileBytes(ROWS) / seconds / 1e6).toFixed(1)} MB/s`,
        String(invocations), `${Math.round(peak / 1024 ** 2)} MB`, (report.bytesRead / fileBytes(ROWS)).toFixed(2), String(report.statusWrites),
      ]);
    } finally {
      experiment.end();
    }
  }
  const header = ['invocations', 'rows written', 'rows written again', 'time', 'rate', 'number', 'peak memory', 'times read', 'status writes'];
  return `A file of ${(fileBytes(ROWS) / 1e9).toFixed(1)} GB and ${ROWS} rows, quoted newlines at every end of a range\n\n${table(header, rows)}`;
}

function check({ written, wrong, lookedAt, upload }: StandInReport): void {
  const { status, counts, error } = upload as { status: { S: string }; counts: { M?: Record<string, { N: string }> }; error: object };
  const said = { total: counts.M?.total.N, accepted: counts.M?.accepted.N, rejected: counts.M?.rejected.N };
  const expected = { total: String(ROWS), accepted: String(ROWS), rejected: '0' };
  if (status.S === 'COMPLETED' && written === ROWS && wrong === 0 && JSON.stringify(said) === JSON.stringify(expected)) return;
  throw new Error(`${written} of ${ROWS} rows were written, ${wrong} wrong of ${lookedAt} looked at; the upload is ${status.S}: ${JSON.stringify({ said, error })}`);
}

function sqsEvent(body: string): object {
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) };
  const source = { eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:eu-central-1:1:queue' };
  return { Records: [{ ...source, messageId: crypto.randomUUID(), receiptHandle: 'unknown', body, attributes, messageAttributes: {} }] };
}

function arrival(key: string): string {
  return JSON.stringify({ Records: [{ eventTime: new Date().toISOString(), s3: { object: { key: encodeURIComponent(key) } } }] });
}

/** A process of its own for every invocation: nothing may be remembered but what is stored. */
async function continued(experiment: Experiment): Promise<void> {
  let body = arrival(experiment.key);
  for (let taken = 0; ; taken++) {
    const sandbox = experiment.start('processor');
    try {
      const event = sqsEvent(body);
      const { batchItemFailures } = await experiment.invoke<{ batchItemFailures: object[] }>(sandbox, event, INVOCATION_MILLISECONDS);
      if (batchItemFailures.length > 0) throw new Error(`an invocation failed:\n${sandbox.output}`);
    } finally {
      await sandbox.end();
    }
    const { messages } = await experiment.report();
    if (messages.length === taken) return;
    body = messages[taken];
  }
}

/** What the state machine does. */
async function fannedOut(experiment: Experiment): Promise<void> {
  const starter = experiment.start('processor', { FAN_OUT_STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:1:stateMachine:fan-out' });
  await experiment.invoke(starter, sqsEvent(arrival(experiment.key)), INVOCATION_MILLISECONDS);
  await starter.end();
  const { executions } = await experiment.report();
  const fanOut = { ...JSON.parse(executions[0]) as object, redrives: 0 };

  const workers = Array.from({ length: RANGES_AT_ONCE }, () => experiment.start('fan-out'));
  const [first] = workers;
  const perform = <T>(worker: typeof first, task: string, more: object) => (
    experiment.invoke<T>(worker, { task, ...fanOut, ...more }, INVOCATION_MILLISECONDS)
  );
  const inEach = async (ranges: readonly number[], work: (worker: typeof first, range: number) => Promise<unknown>) => {
    const left = [...ranges];
    await Promise.all(workers.map(async (worker) => {
      for (let range = left.shift(); range !== undefined; range = left.shift()) await work(worker, range);
    }));
  };
  try {
    const { count, ranges } = await perform<{ count: number; ranges: number[] }>(first, 'cut', { rangeSize: RANGE_BYTES });
    await inEach(ranges, (worker, range) => perform(worker, 'survey', { range, rangeSize: RANGE_BYTES }));
    const plan = await perform<{ ranges: number[] }>(first, 'plan', { count });
    await inEach(plan.ranges, async (worker, range) => {
      while (!(await perform<{ done: boolean }>(worker, 'ingest', { range })).done);
    });
    await perform(first, 'finish', { count });
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}
