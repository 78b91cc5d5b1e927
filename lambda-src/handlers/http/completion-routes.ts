import { AbortUpload } from '../../application/uploads/abort-upload';
import { CompleteUpload } from '../../application/uploads/complete-upload';
import { ListParts } from '../../application/uploads/list-parts';
import { ReprocessUpload } from '../../application/uploads/reprocess-upload';
import { UploadInline } from '../../application/uploads/upload-inline';
import { readOptionalBody } from './body';
import { CallerReader } from './caller';
import { Idempotent } from './idempotency';
import { inlineRequest } from './inline-request';
import { completeUploadSchema, FILE_PARAMETERS } from './parts-schema';
import { readQuery } from './query';
import { json, noContent } from './response';
import { Routes } from './router';
import { uploadStateJson } from './upload-json';

export interface CompletionRoutesProps {
  readonly callerOf: CallerReader;
  readonly idempotent: Idempotent;
  readonly listParts: Pick<ListParts, 'run'>;
  readonly completeUpload: Pick<CompleteUpload, 'run'>;
  readonly abortUpload: Pick<AbortUpload, 'run'>;
  readonly uploadInline: Pick<UploadInline, 'run'>;
  readonly reprocessUpload: Pick<ReprocessUpload, 'run'>;
  /** Called with every upload that was started, not again for a repeated request. */
  readonly onStarted: () => void;
}

/** How an upload's files are looked at, taken on, or given up. */
export function completionRoutes(props: CompletionRoutesProps): Routes {
  const { callerOf, idempotent, listParts, completeUpload, abortUpload, uploadInline, reprocessUpload, onStarted } = props;
  return {
    'POST /uploads/inline': idempotent('POST /uploads/inline', async (request) => {
      const caller = callerOf(request.event);
      const upload = await uploadInline.run(caller, await inlineRequest(request));
      onStarted();
      return json(uploadStateJson(upload), 201, { location: upload.uploadId });
    }),

    // Here, because parts that are gone may have become an object, which the function that starts uploads may not look at.
    'GET /uploads/:uploadId/parts': async ({ req, event, params }) => {
      const caller = callerOf(event);
      const { file } = readQuery(req, FILE_PARAMETERS);
      return json(await listParts.run(caller, params.uploadId, file));
    },

    'POST /uploads/:uploadId/complete': idempotent('POST /uploads/{uploadId}/complete', async ({ req, event, params }) => {
      const caller = callerOf(event);
      await readOptionalBody(req, completeUploadSchema);
      return json(uploadStateJson(await completeUpload.run(caller, params.uploadId)), 202);
    }),

    'DELETE /uploads/:uploadId': async ({ event, params }) => {
      await abortUpload.run(callerOf(event), params.uploadId);
      return noContent();
    },

    'POST /uploads/:uploadId/reprocess': async ({ event, params }) => (
      json(uploadStateJson(await reprocessUpload.run(callerOf(event), params.uploadId)), 202)
    ),
  };
}
