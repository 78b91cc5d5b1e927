import { readBody } from './body';
import { callerArn } from './caller';
import { json } from './response';
import { Routes } from './router';
import { startUploadSchema } from './start-upload-schema';
import { startedUploadJson } from './upload-json';
import { SINGLE_TENANT } from '../../../src/private/contract';
import { StartUpload } from '../../application/start-upload';

export function uploadRoutes(startUpload: StartUpload): Routes {
  return {
    'POST /uploads': async ({ req, event }) => {
      const started = await startUpload.run(SINGLE_TENANT, callerArn(event), await readBody(req, startUploadSchema));
      // Relative to the request, since only the client knows under which domain and stage it came here.
      return json(startedUploadJson(started), 201, { location: `uploads/${started.upload.uploadId}` });
    },
  };
}
