import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { Upload } from '../../lambda-src/domain/uploads/upload';
import { Env } from '../../src/private/contract';
import { BundleFolder, Sandbox } from '../../tools/sandbox';
import { Fault, FaultyProxy, PASS_ON, ProxiedAnswer } from '../support/faulty-proxy';
import { expectExact, FILE, MODEL } from '../support/mixed-file';
import { arrival, Delivered, deliverTo, message, ProcessorStage } from '../support/processor-stage';
import { randomOf } from '../support/seeded-random';

const SEED = Number(process.env.FAULTS_SEED ?? 20_261_121);
/** A checkpoint is due every five seconds of the function's time. */
const SPEED = 20;
/** Milliseconds of the function's time for what is not about time: minutes of ours, which are enough on any machine. */
const LONG = 6_000_000;

let stage: ProcessorStage;
let bundle: BundleFolder;
const proxies: FaultyProxy[] = [];
const sandboxes: Sandbox[] = [];
beforeAll(async () => {
  stage = await ProcessorStage.create();
  bundle = new BundleFolder('processor', MODEL);
}, 120_000);
afterEach(() => Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.end())));
afterAll(async () => {
  for (const proxy of proxies) await proxy.stop();
  bundle.remove();
  await stage.resources.remove();
});

async function newProxy(fault?: Fault): Promise<FaultyProxy> {
  const proxy = await FaultyProxy.start();
  if (fault) proxy.fault = fault;
  proxies.push(proxy);
  return proxy;
}

/** A new process of the processor, at some time. */
function processor(proxy: FaultyProxy, start = Date.now(), speed = SPEED): Sandbox {
  const environment = { ...stage.environment, AWS_ENDPOINT_URL: proxy.url, AWS_ENDPOINT_URL_S3: proxy.url, POWERTOOLS_DEV: 'false' };
  const sandbox = new Sandbox({ bundle: bundle.index, environment, clock: { start, speed } });
  sandboxes.push(sandbox);
  return sandbox;
}

/** Delivers the upload's message, and those of its continuations, until nobody wants another one. */
async function deliver(upload: Upload, proxy: FaultyProxy): Promise<void> {
  let bodies = [arrival(upload)];
  while (bodies.length > 0) {
    const invocation = await deliverTo(processor(proxy, await afterLease(upload)), bodies.map((body) => message(body)), LONG);
    if (invocation!.again.length === 0) bodies = await takeJobs();
  }
}

/** Jobs that the processor has queued, which nobody else gets then. */
async function takeJobs(): Promise<string[]> {
  const QueueUrl = stage.environment[Env.JOB_QUEUE_URL];
  const { Messages = [] } = await stage.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of Messages) await stage.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body }) => Body!);
}

/** When the lease of whoever was killed is over. */
async function afterLease({ uploadId }: Upload): Promise<number> {
  const { lease } = (await stage.work.find(uploadId))!;
  return Math.max(Date.now(), lease ? Date.parse(lease.until) + 1000 : 0);
}

test('killed at fifty random moments: before a request, after it, or while its answer is on the way', async () => {
  const random = randomOf(SEED);
  const proxy = await newProxy();
  const moments: string[] = [];
  try {
    while (moments.length < 50) {
      const upload = await stage.send(FILE);
      for (let done = false; !done;) {
        // Checkpoints are due all the time, and some records are on their way for longer than until the next one.
        const sandbox = processor(proxy, await afterLease(upload), 100);
        const [nth, phase] = [1 + random(40), ['before', 'after', 'meanwhile'][random(3)]];
        proxy.recount();
        proxy.fault = moments.length === 50 ? PASS_ON : async (request, forward) => {
          if (request.operation === 'BatchWriteItem' && random(4) === 0) await delay(150);
          if (sandbox.isKilled) return undefined;
          if (request.number !== nth) return forward();
          moments.push(`${phase} ${nth} (${request.operation})`);
          if (phase === 'before') return void sandbox.kill();
          const answer = forward();
          if (phase === 'after') await answer;
          sandbox.kill();
          return answer;
        };
        const invocation = await deliverTo(sandbox, [message(arrival(upload))], 30_000_000);
        if (invocation) expect(invocation.again).toEqual([]);
        done = invocation !== undefined;
      }
      await expectExact(stage, upload);
    }
  } catch (error) {
    throw new Error(`with FAULTS_SEED=${SEED}, killed ${moments.join(', ')}`, { cause: error });
  }
  expect(moments).toHaveLength(50);
}, 600_000);

/** Stops at the first request of a kind, and lets it go when told to. */
function gate(operation: string): { fault: Fault; reached: Promise<void>; open: () => void } {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const fault: Fault = async (request, forward) => {
    if (request.operation === operation) {
      reach();
      await opened;
    }
    return forward();
  };
  return { fault, reached, open };
}

test('delivered twice at the same time: one invocation works, the other is told to come again', async () => {
  const upload = await stage.send(FILE);
  const { fault, reached, open } = gate('BatchWriteItem');
  const first = deliverTo(processor(await newProxy(fault)), [message(arrival(upload))], LONG);
  await reached;
  const second = message(arrival(upload));
  expect(await deliverTo(processor(await newProxy()), [second])).toMatchObject({ again: [second.messageId] });
  open();
  expect(await first).toMatchObject({ again: [] });
  await expectExact(stage, upload);
  // When it does come again, there is nothing left to do.
  expect(await deliverTo(processor(await newProxy()), [second])).toMatchObject({ again: [] });
  await expectExact(stage, upload);
});

test('one that was frozen past its lease changes nothing any more when it goes on beside its successor, or after it', async () => {
  const upload = await stage.send(FILE);
  // Both at once can be in the middle only while something holds them up there.
  const [early, late, successor] = [gate('BatchWriteItem'), gate('BatchWriteItem'), gate('BatchWriteItem')];
  const delivered = message(arrival(upload));
  const invocations: Promise<Delivered | undefined>[] = [];
  for (const { fault, reached } of [early, late, successor]) {
    invocations.push(deliverTo(processor(await newProxy(fault), await afterLease(upload)), [delivered], LONG));
    await reached;
  }
  early.open();
  expect(await invocations[0]).toMatchObject({ again: [delivered.messageId] });
  successor.open();
  expect(await invocations[2]).toMatchObject({ again: [] });
  await expectExact(stage, upload);
  late.open();
  expect(await invocations[1]).toMatchObject({ again: [delivered.messageId] });
  await expectExact(stage, upload);
});

test('a continuation that is lost is sent again by the sweep', async () => {
  const upload = await stage.send(FILE);
  let milliseconds = 12_000;
  const TAKEN_AT_ONCE = 4;
  let lost = 0;
  let writes = 0;
  // Twice the table takes a few requests, and answers the others when the function has no time any more, however fast the machine is.
  const proxy = await newProxy(async ({ operation }, forward) => {
    if (operation === 'BatchWriteItem' && lost < 2 && ++writes > TAKEN_AT_ONCE) await delay(milliseconds / SPEED);
    return forward();
  });
  let now = Date.now();
  for (let body = arrival(upload); ;) {
    writes = 0;
    const { again } = (await deliverTo(processor(proxy, now), [message(body)], lost < 2 ? milliseconds : LONG))!;
    now = await afterLease(upload);
    // Where the machine was too slow for a single row.
    if (again.length > 0) {
      milliseconds *= 2;
      continue;
    }
    const jobs = await takeJobs();
    const { upload: { status, deadline }, lease } = (await stage.work.find(upload.uploadId))!;
    if (status !== 'PROCESSING') break;
    // It waits for the job that has just been lost, until the sweep that comes after its deadline.
    expect({ jobs: jobs.length, lease }).toEqual({ jobs: 1, lease: null });
    lost++;
    now = Date.parse(deadline!) + 1000;
    await deliverTo(processor(proxy, now), [message('{"job":"sweep"}', { SentTimestamp: String(now) })]);
    [body] = await takeJobs();
    expect(JSON.parse(body)).toMatchObject({ job: 'ingest', uploadId: upload.uploadId });
  }
  expect(lost).toBe(2);
  await expectExact(stage, upload);
});

describe('a table that does not take what it is sent', () => {
  const refused: ProxiedAnswer = {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: 'slow down' })),
  };
  const WRITES = ['BatchWriteItem', 'PutItem'];

  test.each<[string, (random: (below: number) => number) => Fault]>([
    ['because it is throttled', (random) => async ({ operation }, forward) => (
      WRITES.includes(operation) && random(4) === 0 ? refused : forward()
    )],
    ['but in part', (random) => async ({ operation, body }, forward) => {
      if (operation !== 'BatchWriteItem' || random(3) > 0) return forward();
      const { RequestItems } = JSON.parse(body.toString()) as { RequestItems: Record<string, unknown[]> };
      const [[table, items]] = Object.entries(RequestItems);
      const taken = random(items.length + 1);
      const rest = items.slice(taken);
      if (taken > 0) await forward(JSON.stringify({ RequestItems: { [table]: items.slice(0, taken) } }));
      return { ...refused, status: 200, body: Buffer.from(JSON.stringify({ UnprocessedItems: rest.length > 0 ? { [table]: rest } : {} })) };
    }],
    ['as far as one can tell: answers are lost', (random) => async ({ operation }, forward) => {
      const answer = await forward();
      return WRITES.includes(operation) && random(4) === 0 ? undefined : answer;
    }],
    ['for a while', (random) => async ({ operation }, forward) => (
      operation === 'BatchWriteItem' && random(4) === 0 ? { ...refused, status: 500, body: Buffer.from('{}') } : forward()
    )],
  ])('%s', async (_, faultOf) => {
    const upload = await stage.send(FILE);
    await deliver(upload, await newProxy(faultOf(randomOf(SEED))));
    await expectExact(stage, upload);
  });
});

test('a bucket that cuts its answers short', async () => {
  const upload = await stage.send(FILE);
  let cuts = 0;
  const proxy = await newProxy(async ({ operation, url }, forward) => {
    const answer = await forward();
    if (operation !== 'S3 GET' || !url.includes('/uploads/') || cuts === 3) return answer;
    const body = answer.body as Buffer;
    cuts++;
    return { ...answer, headers: { ...answer.headers, 'content-length': body.length }, body: Readable.from(cutInHalf(body)) };
  });
  expect(await deliverTo(processor(proxy), [message(arrival(upload))], LONG)).toMatchObject({ again: [] });
  expect(cuts).toBe(3);
  await expectExact(stage, upload);
});

async function* cutInHalf(body: Buffer): AsyncGenerator<Buffer> {
  yield body.subarray(0, body.length / 2);
  throw new Error('the connection is cut');
}
