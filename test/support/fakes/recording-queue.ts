import { IngestJob, JobQueue } from '../../../lambda-src/application/uploads/job-queue';

/** Jobs that were sent. */
export class RecordingQueue implements JobQueue {
  public readonly jobs: IngestJob[] = [];

  public async send(job: IngestJob): Promise<void> {
    this.jobs.push(job);
  }
}
