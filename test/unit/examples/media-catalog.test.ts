import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const CATALOGUER = pathToFileURL(join(__dirname, '..', '..', '..', 'examples', 'media-catalog', 'cataloguer', 'index.mjs')).href;

interface Answer { readonly stage?: string; readonly state?: object; readonly result?: object; readonly error?: { readonly code: string } }

/** What the function answers to each upload, with a bucket whose files begin with what their keys say, in hexadecimal. */
function answers(...uploads: object[]): Answer[] {
  const script = `
    import { S3Client } from '@aws-sdk/client-s3';
    import { handler } from '${CATALOGUER}';
    S3Client.prototype.send = async ({ input }) => ({ Body: { transformToString: async (encoding) => Buffer.from(input.Key, 'hex').toString(encoding) } });
    console.log(JSON.stringify(await Promise.all(JSON.parse(process.argv[1]).map((upload) => handler(upload)))));`;
  const environment = { ...process.env, AWS_REGION: 'us-east-1' };
  return JSON.parse(execFileSync('node', ['--input-type=module', '-e', script, JSON.stringify(uploads)], { encoding: 'utf8', env: environment })) as Answer[];
}

const aFile = (name: string, start: string) => ({ name, key: Buffer.from(start, 'latin1').toString('hex') });
const upload = (stage: string | null, name: string, start: string) => ({ bucket: 'b', stage, state: {}, files: [aFile(name, start)] });

test('every call does one stage, and says the next', () => {
  const [first, photo] = answers(upload(null, 'photo', ''), upload('photo', 'photo', '\x89PNG\r\n\x1a\n…'));
  expect(first).toEqual({ stage: 'photo', state: {} });
  expect(photo).toEqual({ stage: 'audio', state: { photo: { key: expect.any(String), format: 'png' } } });
});

test('formats are known by their first bytes', () => {
  const known = { jpeg: '\xff\xd8\xff\xe0', png: '\x89PNG\r\n\x1a\n' };
  const spoken = { ogg: 'OggS', wav: 'RIFF\n\r\x00\x00WAVE', flac: 'fLaC', mp4: '\x00\x00\x00 ftypM4A', mp3: 'ID3\x04' };
  expect(answers(...Object.values(known).map((start) => upload('photo', 'photo', start)))).toMatchObject(
    Object.keys(known).map((format) => ({ stage: 'audio', state: { photo: { format } } })));
  expect(answers(...Object.values(spoken).map((start) => upload('audio', 'audio', start)))).toMatchObject(
    Object.keys(spoken).map((format) => ({ stage: 'catalog', state: { audio: { format } } })));
  expect(answers(upload('audio', 'audio', '\xff\xfb\x90'))).toMatchObject([{ state: { audio: { format: 'mp3' } } }]);
});

test('what is something else, or not there, fails for good', () => {
  expect(answers(upload('photo', 'photo', '<svg'), upload('audio', 'audio', '\x89PNG\r\n\x1a\n'), upload('photo', 'audio', 'OggS'))).toMatchObject([
    { error: { code: 'UNKNOWN_FORMAT' } }, { error: { code: 'UNKNOWN_FORMAT' } }, { error: { code: 'FILE_MISSING' } },
  ]);
});
