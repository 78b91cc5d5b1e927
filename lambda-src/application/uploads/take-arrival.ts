import { SINGLE_TENANT } from '../../../src/private/contract';
import { JOB_PATIENCE_SECONDS } from '../../domain/uploads/job-patience';
import { ArrivedFile } from '../../domain/uploads/message';
import { parseObjectKey } from '../../domain/uploads/object-key';
import { hasArrived, UploadFile } from '../../domain/uploads/upload';
import { again, arrive, decide, Work } from '../../domain/uploads/work';
import { Delivery, lookAgain, Outcome, ProcessUpload, saveOrLose, StillWorking } from '../ingest/process-upload';
import { ingestJob, JobQueue } from './job-queue';
import { ObjectStore } from './object-store';
import { registerStranger } from './register-stranger';
import { WorkStore } from './work-store';

export interface TakeArrivalPorts {
  readonly uploads: WorkStore;
  readonly objects: Pick<ObjectStore, 'delete' | 'head'>;
  readonly jobs: JobQueue;
  readonly now: () => Date;
}

export interface TakeArrivalRules {
  /** Whether all work goes through jobs, since their queue keeps order or fairness. */
  readonly queuesJobs: boolean;
}

/** The sweeper comes as often, and what it has not done by then, it does. */
const CLEAN_UP_MILLISECONDS = 300_000;

/**
 * Notes that a file is there. With the last file of an upload work begins: at once where one message is as good as another, or
 * with a job. A notice that comes again sends a job again that nobody has begun with, so none is lost between noting and sending.
 */
export class TakeArrival {
  constructor(
    private readonly ports: TakeArrivalPorts,
    private readonly process: ProcessUpload,
    private readonly rules: TakeArrivalRules,
  ) {}

  public async run(file: ArrivedFile, delivery: Delivery): Promise<Outcome> {
    const object = parseObjectKey(file.key);
    if (!object) return registerStranger(file, this.ports);
    return lookAgain(object.uploadId, async () => {
      const found = await this.ports.uploads.find(object.uploadId);
      const isKnown = found?.upload.tenantId === object.tenantId && found.upload.files.some(({ key }) => key === file.key);
      return isKnown ? this.look(found, file, delivery) : registerStranger(file, this.ports);
    });
  }

  private async look(found: Work, file: ArrivedFile, delivery: Delivery): Promise<Outcome | undefined> {
    const { status, deadline } = found.upload;
    if (status === 'ABORTED') return this.drop(file);
    // The sweeper is deleting what has arrived.
    if (status === 'EXPIRED' && deadline !== null) throw new StillWorking(this.later(CLEAN_UP_MILLISECONDS));
    const noted = this.note(found, file);
    if (status === 'EXPIRED' && noted.upload.status === 'EXPIRED') return this.lookForOthers(found, file, delivery);
    return this.goOn(found, noted, delivery);
  }

  /** Nobody may send a file of an expired upload any more: either all of them are there by now, or this one is of no use. */
  private async lookForOthers(found: Work, file: ArrivedFile, delivery: Delivery): Promise<Outcome | undefined> {
    const missing = found.upload.files.filter(({ key, arrival }) => arrival === null && key !== file.key);
    const others = await Promise.all(missing.map((other) => this.arrivalOf(other)));
    const noted = others.reduce<Work>((work, other) => (other ? this.note(work, other) : work), this.note(found, file));
    return hasArrived(noted.upload) ? this.goOn(found, noted, delivery) : this.drop(file);
  }

  private async arrivalOf({ key }: UploadFile): Promise<ArrivedFile | undefined> {
    const object = await this.ports.objects.head(key);
    return object && { key, etag: object.etag, arrivedAt: object.lastModified };
  }

  private async goOn(found: Work, noted: Work, delivery: Delivery): Promise<Outcome | undefined> {
    const { upload } = noted;
    if (!hasArrived(upload)) {
      return noted === found || await saveOrLose(this.ports.uploads, noted) ? { outcome: 'noted' } : undefined;
    }
    const goesStraightOn = !this.rules.queuesJobs && upload.tenantId === SINGLE_TENANT && upload.files.length === 1;
    return goesStraightOn ? this.process.take(noted, delivery) : this.queue(found, noted);
  }

  /** Somebody who works already has had a job. */
  private async queue(found: Work, noted: Work): Promise<Outcome | undefined> {
    const { uploads, jobs, now } = this.ports;
    if (noted.upload.status === 'PROCESSING' || decide(noted, now().toISOString()) === 'skip') return { outcome: 'skipped' };
    const waiting = noted.upload.status === 'UPLOADED' ? noted : again(noted, this.later(0), this.later(JOB_PATIENCE_SECONDS * 1000));
    if (waiting !== found && !await saveOrLose(uploads, waiting)) return undefined;
    await jobs.send(ingestJob(waiting.upload));
    return { outcome: 'queued' };
  }

  private async drop({ key }: ArrivedFile): Promise<Outcome> {
    await this.ports.objects.delete(key);
    return { outcome: 'skipped' };
  }

  private note(work: Work, { key, arrivedAt, etag }: ArrivedFile): Work {
    return arrive(work, { key, etag, at: arrivedAt, now: this.later(0), deadline: this.later(JOB_PATIENCE_SECONDS * 1000) });
  }

  private later(milliseconds: number): string {
    return new Date(this.ports.now().getTime() + milliseconds).toISOString();
  }
}
