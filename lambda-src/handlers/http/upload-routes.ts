import { SignParts } from '../../application/uploads/sign-parts';
import { StartUpload } from '../../application/uploads/start-upload';
import { readBody } from './body';
import { CallerReader } from './caller';
import { Idempotent } from './idempotency';
import { signPartsSchema } from './parts-schema';
import { json } from './response';
import { Routes } from './router';
import { startUploadSchemaOf } from './start-upload-schema';
import { startedUploadJson } from './upload-json';

export interface UploadRoutesProps {
  readonly callerOf: CallerReader;
  readonly idempotent: Idempotent;
  readonly startUpload: Pick<StartUpload, 'run'>;
  readonly signParts: Pick<SignParts, 'run'>;
  /** Called with every upload that was started, not again for a repeated request. */
  readonly onStarted: () => void;
}

/** How an upload begins, and how its parts get to S3. Nothing of a request is looked at before it is known who makes it. */
export function uploadRoutes({ callerOf, idempotent, startUpload, signParts, onStarted }: UploadRoutesProps): Routes {
  return {
    'POST /uploads': idempotent('POST /uploads', async ({ req, event }) => {
      const caller = callerOf(event);
      const body = await readBody(req, startUploadSchemaOf);
      const started = await startUpload.run(caller, body);
      onStarted();
      // Relative to the request, since only the client knows under which domain and stage it came here.
      return json(startedUploadJson(started, 'files' in body), 201, { location: `uploads/${started.upload.uploadId}` });
    }),

    'POST /uploads/:uploadId/parts': async ({ req, event, params }) => {
      const caller = callerOf(event);
      return json({ parts: await signParts.run(caller, params.uploadId, await readBody(req, signPartsSchema)) });
    },
  };
}
