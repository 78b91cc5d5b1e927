import { transition } from '../../domain/uploads/upload';
import { Work } from '../../domain/uploads/work';
import { Caller, findWorkFor } from '../access/caller';
import { changeWork } from './change-work';
import { discardFiles } from './discard-files';
import { ObjectStore } from './object-store';
import { uploadEnded } from './parts-file';
import { WorkStore } from './work-store';

export interface AbortUploadPorts {
  readonly uploads: Pick<WorkStore, 'find' | 'save'>;
  readonly objects: Pick<ObjectStore, 'abortMultipart' | 'delete'>;
  readonly now: () => Date;
  /** Called with every upload that was given up, not again for a repeated request. */
  readonly onAborted: () => void;
}

/**
 * Gives an upload up that nobody has begun to work on, and frees what it takes in the bucket. First it is written down, so that
 * nobody begins; whoever was interrupted after that does the rest by calling again.
 */
export class AbortUpload {
  constructor(private readonly ports: AbortUploadPorts) {}

  public async run(caller: Caller, uploadId: string): Promise<void> {
    const { uploads, objects, onAborted } = this.ports;
    const find = () => findWorkFor(caller, uploadId, uploads);
    let isNews = false;
    const { upload } = await changeWork(uploads, find, (work) => {
      isNews = work.upload.status !== 'ABORTED';
      return this.giveUp(work);
    });
    if (isNews) onAborted();
    await discardFiles(objects, upload.files);
  }

  private giveUp(work: Work): Work {
    const { upload } = work;
    switch (upload.status) {
      case 'ABORTED': return work;
      case 'PENDING':
      case 'UPLOADED': return { ...work, lease: null, upload: transition(upload, 'ABORTED', this.ports.now().toISOString()) };
      default: throw uploadEnded(upload, 'cannot be aborted');
    }
  }
}
