import { S3ObjectLookup } from '../../../../lambda-src/adapters/s3/s3-object-lookup';
import { withServer } from '../aws/aws-server';
import { FakeAws } from '../aws/fake-aws';

const aws = withServer(new FakeAws());
const lookup = new S3ObjectLookup('files');

test.each([[200, true], [404, false]])('%d: %s', async (status, isThere) => {
  aws.answer({ status });
  expect(await lookup.exists('rejects/a b/ü.csv')).toBe(isThere);
  expect(aws.requests).toMatchObject([{ method: 'HEAD', url: '/files/rejects/a%20b/%C3%BC.csv' }]);
});

test('what may not be seen is an error, not missing', async () => {
  aws.answer({ status: 403 });
  await expect(lookup.exists('k')).rejects.toMatchObject({ status: 403, code: 'Http403', operation: 'HeadObject' });
});

test('it is asked again when S3 has no time', async () => {
  aws.answer({ status: 503 }, { status: 200 });
  expect(await lookup.exists('k')).toBe(true);
});
