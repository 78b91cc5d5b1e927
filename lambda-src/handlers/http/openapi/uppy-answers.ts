import * as z from 'zod/mini';
import { count, partNumber, text } from './upload-answers';

const key = text('Key of the object.');
const multipartId = text("S3's id of the multipart upload.");
const url = z.url();
const texts = (description: string) => z.record(z.string(), z.string()).check(z.describe(description));
const expires = z.int().check(z.minimum(1), z.describe('Seconds until the URL expires.'));

export const presignedRequest = z.object({
  url: url.check(z.describe('Where to send the request.')),
  key: z.optional(key),
  headers: z.optional(texts('Headers to send as they are.')),
  fields: z.optional(texts('Fields of the form, where a PUT has become a POST with a policy.')),
}).check(z.meta({ id: 'PresignedRequest', description: 'One signed request to S3.' }));

export const uppyParams = z.object({
  method: z.literal('POST'),
  url: url.check(z.describe('Ends with a slash.')),
  fields: texts('Fields of the form, before the field `file`.'),
  expires,
}).check(z.meta({ id: 'UppyParams', description: 'How to send one file to S3 in one request.' }));

export const uppyMultipart = z.object({ key, uploadId: multipartId, bucket: text('Name of the bucket.') })
  .check(z.meta({ id: 'UppyMultipart', description: 'A multipart upload that has begun.' }));

export const uppyParts = z.array(z.object({ PartNumber: partNumber, ETag: text('As S3 gave it.'), Size: count('Bytes.') }))
  .check(z.meta({ id: 'UppyParts', description: 'The parts that S3 has.' }));

export const uppyPart = z.object({ url: url.check(z.describe('PUT the part to it.')), expires })
  .check(z.meta({ id: 'UppyPart', description: 'Where to send one part to.' }));

export const uppySignedParts = z.object({ presignedUrls: z.record(z.string(), url).check(z.describe('By part number.')) })
  .check(z.meta({ id: 'UppySignedParts', description: 'Where to send parts to.' }));

export const uppyCompleted = z.object({ location: url.check(z.describe('Of the object.')), key, bucket: text('Name of the bucket.') })
  .check(z.meta({ id: 'UppyCompleted', description: 'A multipart upload that is complete.' }));

export const uppyAborted = z.object({}).check(z.meta({ id: 'UppyAborted', description: 'Nothing to say.' }));
