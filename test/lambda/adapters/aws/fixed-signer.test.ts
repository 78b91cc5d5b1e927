import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import { FixedSigner } from '../../../../lambda-src/adapters/aws/fixed-signer';
import { Sha256 } from '../../../../lambda-src/adapters/aws/sha256';

const REQUEST = { service: 'dynamodb', host: 'dynamodb.eu-central-1.amazonaws.com', path: '/', contentType: 'application/x-amz-json-1.0' };
const before = { ...process.env };
afterEach(() => { process.env = { ...before }; });

/** The headers of a head, by their names. */
const headersOf = (head: string) => Object.fromEntries(head.split('\r\n').slice(1, -2).map((line) => line.split(/: (.*)/s).slice(0, 2)));

test('signs as the signer of the SDK does, whatever the body, the time and the credentials', async () => {
  const text = fc.stringMatching(/^[A-Za-z0-9/+=]{1,60}$/);
  const signer = new FixedSigner(REQUEST);
  const time = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true });
  await fc.assert(fc.asyncProperty(
    fc.string({ unit: 'binary' }), time, text, text, fc.option(text), fc.constantFrom('BatchWriteItem', 'GetItem'),
    async (body, now, accessKeyId, secretAccessKey, sessionToken, operation) => {
      const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) };
      Object.assign(process.env, { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
      if (sessionToken === null) delete process.env.AWS_SESSION_TOKEN;
      else process.env.AWS_SESSION_TOKEN = sessionToken;
      const target = `DynamoDB_20120810.${operation}`;
      const theirs = new SignatureV4({ service: REQUEST.service, region: 'eu-central-1', credentials, sha256: Sha256 });
      const { headers } = await theirs.sign({
        method: 'POST',
        protocol: 'https:',
        hostname: REQUEST.host,
        path: '/',
        query: {},
        body,
        headers: { 'host': REQUEST.host, 'content-type': REQUEST.contentType, 'x-amz-target': target },
      }, { signingDate: now });
      // Twice, since the second time it knows the key.
      for (let nth = 0; nth < 2; nth++) {
        const head = await signer.head(target, Buffer.from(body), now.getTime());
        expect(head.startsWith('POST / HTTP/1.1\r\n') && head.endsWith('\r\n\r\n')).toBe(true);
        expect(headersOf(head)).toEqual({ ...headers, 'content-length': String(Buffer.byteLength(body)) });
      }
    },
  ), { numRuns: 200 });
});
