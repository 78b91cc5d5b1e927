import { ListPage, PageRequest, positionIn, tokenFor } from './paging';
import { UploadStore } from './upload-store';
import { CursorBinding } from '../domain/cursor';
import { Upload, UploadStatus } from '../domain/upload';

/** Lists a tenant's uploads, newest first. */
export class ListUploads {
  constructor(private readonly store: Pick<UploadStore, 'list'>) {}

  public async run(tenantId: string, { limit, nextToken }: PageRequest, status?: UploadStatus): Promise<ListPage<Upload>> {
    const binding: CursorBinding = { route: 'uploads', tenantId, filters: status ? { status } : {} };
    const { items, next } = await this.store.list({ tenantId, limit, status, before: positionIn(binding, nextToken) });
    return { items, nextToken: tokenFor(binding, next) };
  }
}
