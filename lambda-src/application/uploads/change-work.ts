import { ApiError } from '../../domain/api-error';
import { Work } from '../../domain/uploads/work';
import { WorkLost, WorkStore } from './work-store';

/** Whoever is beaten to an upload looks again; the life of an upload has not many more steps than this. */
const MOST_LOOKS = 5;

/**
 * Reads an upload, changes it and writes it, from the start again whenever somebody else was faster. A step that returns what
 * it was given changes nothing.
 */
export async function changeWork(
  uploads: Pick<WorkStore, 'save'>, find: () => Promise<Work>, step: (work: Work) => Work | Promise<Work>,
): Promise<Work> {
  for (let look = 1; look <= MOST_LOOKS; look++) {
    const found = await find();
    const changed = await step(found);
    if (changed === found) return found;
    try {
      return await uploads.save(changed);
    } catch (error) {
      if (!(error instanceof WorkLost)) throw error;
    }
  }
  throw new ApiError('CONFLICT', 'the upload is being changed by others at the same time; try again');
}
