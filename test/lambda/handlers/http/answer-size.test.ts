import { S3UploadSigner } from '../../../../lambda-src/adapters/s3/s3-upload-signer';
import { FileRequest } from '../../../../lambda-src/application/uploads/upload-rules';
import { startedUploadJson } from '../../../../lambda-src/handlers/http/upload-json';
import { MAX_FILES } from '../../../../src/private/upload-rules';
import { UploadWorld } from '../../../support/fakes/upload-world';
import { lambdaEnvironment } from '../../adapters/aws/aws-server';

const MAX_ITEM_BYTES = 400 * 1024;
/** As long as the longest that Lambda was seen to give. */
const SESSION_TOKEN = 'x'.repeat(1500);

const environment = { ...process.env };
beforeAll(() => { Object.assign(process.env, lambdaEnvironment(), { AWS_SESSION_TOKEN: SESSION_TOKEN }); });
afterAll(() => { process.env = environment; });

/** As long as they may be, of characters that take the most room in a URL, or in JSON. */
const namesOf = (character: string) => Array.from({ length: MAX_FILES }, (_, nth) => {
  const start = `${String(nth).padStart(2, '0')}.`;
  return start + character.repeat(Math.floor((255 - start.length) / Buffer.byteLength(character)));
});

test.each<[string, string, Partial<FileRequest>]>([
  ['forms', '語', { checksum: { algorithm: 'SHA256', value: `${'A'.repeat(43)}=` } }],
  ['forms', "'", {}],
  ['PUTs', '語', { method: 'PUT', size: 100_000_000, checksum: { algorithm: 'SHA256', value: `${'A'.repeat(43)}=` } }],
])('the longest answer with %s for %s fits an item that keeps it for those who ask again', async (_, character, request) => {
  const contentType = `text/${'x'.repeat(250)}`;
  const world = new UploadWorld({ maxFiles: MAX_FILES, contentTypes: ['text/*'] });
  const signer = new S3UploadSigner({ bucketName: 'b'.repeat(63), expirySeconds: 43_200 });
  Object.assign(world.signer, { signPost: signer.signPost.bind(signer), signPut: signer.signPut.bind(signer) });
  const caller = { tenantId: 't'.repeat(128), owner: 'ada', ownUploadsOnly: false };
  const files = namesOf(character).map((fileName, nth) => ({ ...request, name: `${'n'.repeat(60)}${nth}`, fileName, contentType }));
  const answer = JSON.stringify(startedUploadJson(await world.useCases().start.run(caller, { files }), true));
  expect(Buffer.byteLength(answer)).toBeLessThan(0.9 * MAX_ITEM_BYTES);
});
