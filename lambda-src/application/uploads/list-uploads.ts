import { CursorBinding } from '../../domain/lists/cursor';
import { Upload, UploadStatus } from '../../domain/uploads/upload';
import { Caller } from '../access/caller';
import { ListPage, PageRequest, positionIn, tokenFor } from '../records/paging';
import { UploadStore } from './upload-store';

/** Lists the uploads that are a caller's, newest first. */
export class ListUploads {
  constructor(private readonly store: Pick<UploadStore, 'list'>) {}

  public async run(caller: Caller, { limit, nextToken }: PageRequest, status?: UploadStatus): Promise<ListPage<Upload>> {
    const { tenantId } = caller;
    const owner = caller.ownUploadsOnly ? caller.owner ?? '' : undefined;
    const filters = { ...(status ? { status } : {}), ...(owner === undefined ? {} : { owner }) };
    const binding: CursorBinding = { route: 'uploads', tenantId, filters };
    const { items, next } = await this.store.list({ tenantId, limit, status, owner, before: positionIn(binding, nextToken) });
    return { items, nextToken: tokenFor(binding, next) };
  }
}
