import * as z from 'zod/mini';
import { startUploadSchema } from '../start-upload-schema';

/** Names, and what a reader may want to know, for the schemas that the handlers check bodies with. */
z.globalRegistry.add(startUploadSchema, {
  id: 'StartUploadRequest',
  description: 'What will be sent.',
  examples: [{ fileName: 'drugs.csv', contentType: 'text/csv', size: 181_204, metadata: { source: 'lab 7' } }],
});

export { startUploadSchema };
