import { transition } from '../../domain/uploads/upload';
import { Caller } from '../access/caller';
import { changeWork } from '../uploads/change-work';
import { MultipartTarget } from '../uploads/upload-signer';
import { WorkStore } from '../uploads/work-store';
import { FindUppyUpload, requirePending } from './uppy-upload';

export interface GiveUpUppyPorts {
  readonly find: FindUppyUpload;
  readonly works: Pick<WorkStore, 'save'>;
  readonly now: () => Date;
  /** Called with every upload that was given up, not again for a repeated request. */
  readonly onAborted: () => void;
}

/** Notes that a client gives an upload up whose parts it has S3 forget by itself. Once noted, it can be done again. */
export class GiveUpUppy {
  constructor(private readonly ports: GiveUpUppyPorts) {}

  public async run(caller: Caller, target: MultipartTarget): Promise<void> {
    const { find, works, now, onAborted } = this.ports;
    let isNews = false;
    await changeWork(works, async () => (await find.run(caller, target)).work, (work) => {
      isNews = work.upload.status !== 'ABORTED';
      if (!isNews) return work;
      requirePending({ work, target });
      return { ...work, upload: transition(work.upload, 'ABORTED', now().toISOString()) };
    });
    if (isNews) onAborted();
  }
}
