import { transition, Upload, UploadFile } from '../../domain/uploads/upload';
import { waitsForJob, Work } from '../../domain/uploads/work';
import { FAN_OUT_PATIENCE_SECONDS, FanOut } from '../fan-out/fan-out';
import { failureOf } from '../fan-out/fanned-out-upload';
import { RangeStore } from '../fan-out/range-store';
import { ingestJob, JobQueue } from './job-queue';
import { ObjectStore } from './object-store';
import { WorkLost, WorkStore } from './work-store';

export interface SweepPorts {
  readonly uploads: WorkStore;
  readonly objects: Pick<ObjectStore, 'abortMultipart' | 'delete'>;
  readonly jobs: JobQueue;
  /** @default - no upload is fanned out */
  readonly fanOut?: FanOut;
  /** Those of uploads that are fanned out, or were before the pipeline was changed. */
  readonly ranges: Pick<RangeStore, 'find'>;
  readonly now: () => Date;
}

/** One sweep ends this many uploads at most, unless some cannot be ended; the next one goes on. */
const MOST_AT_ONCE = 500;
/** Amazon SQS Developer Guide, "Message quotas": no message is kept for longer. */
const LONGEST_RETENTION = 14 * 24 * 3600_000;

export interface Swept {
  readonly expired: number;
  readonly failed: number;
  /** What kept other uploads from being ended; the next sweep tries again. */
  readonly errors: readonly unknown[];
}

/**
 * Ends uploads that were past their deadline at a time, so that none waits for ever. The time is when the sweep was asked for:
 * a file that has arrived before then stands before it in the queue, however long the queue is, and is not given up. Those that
 * cannot be ended stay the longest overdue: it looks past them, as long as there is time.
 */
export async function sweepOverdue(ports: SweepPorts, askedFor: Date, stopAt: Date): Promise<Swept> {
  const swept = { expired: 0, failed: 0, errors: [] as unknown[] };
  for (let last: Work | undefined; ;) {
    const before = swept.errors.length;
    const page = await ports.uploads.overdue(askedFor.toISOString(), MOST_AT_ONCE, last?.upload);
    for (const work of page) {
      if (ports.now() >= stopAt) return swept;
      await sweepOne(work, ports, swept);
    }
    if (page.length === 0 || swept.errors.length === before) return swept;
    last = page.at(-1);
  }
}

async function sweepOne(work: Work, ports: SweepPorts, swept: { expired: number; failed: number; errors: unknown[] }): Promise<void> {
  try {
    const ended = await sweep(work, ports);
    if (ended) swept[ended]++;
  } catch (error) {
    // Work that is lost moved on by itself in the meantime, which is what we wanted; nothing else may hold up the others.
    if (!(error instanceof WorkLost)) swept.errors.push(error);
  }
}

async function sweep(work: Work, ports: SweepPorts): Promise<'expired' | 'failed' | undefined> {
  const { upload } = work;
  const at = ports.now().toISOString();
  switch (upload.status) {
    case 'PENDING':
      await expire(work, at, ports);
      return 'expired';
    case 'EXPIRED':
      // The sweep that ended it did not come to its end itself.
      await cleanUp(work, ports);
      return undefined;
  }
  if (waitsForJob(work) && !wasSentAgain(upload)) {
    await sendAgain(work, at, ports);
    return undefined;
  }
  if (work.execution !== null && ports.fanOut && await isUnderWay(work.execution, upload, ports.fanOut)) {
    const deadline = new Date(Date.parse(at) + FAN_OUT_PATIENCE_SECONDS * 1000).toISOString();
    await ports.uploads.save({ ...work, upload: { ...upload, deadline, updatedAt: at } });
    return undefined;
  }
  // Nobody has heard, or said, that the execution has ended.
  const error = work.execution === null ? TIMED_OUT : await failureOf(work.execution, ports.ranges);
  // Whoever redrives the fan-out goes on with it.
  await ports.uploads.save({ ...work, lease: null, checkpoint: null, upload: { ...transition(upload, 'FAILED', at), error } });
  return 'failed';
}

const TIMED_OUT = { code: 'PROCESSING_TIMED_OUT', message: 'the file was not processed before its deadline; it can be processed again' };

/** Whoever was to start the fan-out may have been killed before. */
async function isUnderWay(execution: string, upload: Upload, fanOut: FanOut): Promise<boolean> {
  const state = await fanOut.look(execution);
  if (state === 'missing') await fanOut.start(execution, upload);
  return state !== 'ended';
}

/** It keeps its deadline until it has been cleaned up: whatever interrupts that, the next sweep finds it. */
async function expire(work: Work, at: string, ports: SweepPorts): Promise<void> {
  const { deadline, files } = work.upload;
  const expired = transition(work.upload, 'EXPIRED', at);
  const leavesTraces = files.some((file) => file.arrival !== null || comesInParts(file));
  const saved = await ports.uploads.save({ ...work, lease: null, upload: leavesTraces ? { ...expired, deadline } : expired });
  if (leavesTraces) await cleanUp(saved, ports);
}

/** Parts that nobody will put together, and files whose others never came. */
async function cleanUp(work: Work, { uploads, objects }: SweepPorts): Promise<void> {
  const { upload } = work;
  for (const file of upload.files) {
    if (file.arrival !== null) await objects.delete(file.key);
    else if (comesInParts(file)) await objects.abortMultipart(file.key, file.multipart!.id!);
  }
  const files = upload.files.map((file) => ({ ...file, arrival: null }));
  await uploads.save({ ...work, upload: { ...upload, files, deadline: null } });
}

function comesInParts({ arrival, multipart }: UploadFile): boolean {
  return arrival === null && typeof multipart?.id === 'string';
}

/**
 * Its job was lost between two writes, or still waits: then the second one finds nothing left to do. What was begun goes on at
 * its stage. Sent first and noted after that: what cannot be sent, or is interrupted here, is sent by the next sweep.
 */
async function sendAgain(work: Work, at: string, { uploads, jobs }: SweepPorts): Promise<void> {
  const deadline = new Date(Date.parse(at) + LONGEST_RETENTION).toISOString();
  await jobs.send(ingestJob(work.upload));
  await uploads.save({ ...work, upload: { ...work.upload, deadline, updatedAt: at } });
}

function wasSentAgain({ deadline, updatedAt }: Upload): boolean {
  return deadline !== null && Date.parse(deadline) - Date.parse(updatedAt) >= LONGEST_RETENTION;
}
