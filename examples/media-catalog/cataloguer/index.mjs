import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'; // part of Lambda's Node.js runtime

const s3 = new S3Client({});

/** What the files begin with; the content type that a client announced is only what it says. */
const PHOTO_FORMATS = { jpeg: /^\xff\xd8\xff/, png: /^\x89PNG\r\n\x1a\n/ };
const AUDIO_FORMATS = { ogg: /^OggS/, wav: /^RIFF.{4}WAVE/s, flac: /^fLaC/, mp4: /^.{4}ftyp/s, mp3: /^(ID3|\xff[\xe2-\xff])/ };

/** A stage answers what comes next, with all that is to be known there. */
const STAGES = {
  async photo(upload) {
    return { stage: 'audio', state: { photo: await lookAt(upload, 'photo', PHOTO_FORMATS) } };
  },

  async audio(upload) {
    return { stage: 'catalog', state: { ...upload.state, audio: await lookAt(upload, 'audio', AUDIO_FORMATS) } };
  },

  /** Here a model would write the entry's text from what the artisan says; see the README. */
  async catalog({ uploadId, metadata, state: { photo, audio } }) {
    // The same for every attempt, so that a retry makes no second entry.
    const catalogId = `entry-${uploadId}`;
    const files = { photoKey: photo.key, photoFormat: photo.format, audioKey: audio.key, audioFormat: audio.format };
    return { result: { catalogId }, records: [{ catalogId, ...metadata, ...files }] };
  },
};

/**
 * Called with one upload, again and again until it has a result or is given up. Each answer is saved before the next call: a
 * retry goes on with the stage that did not end.
 */
export async function handler(upload) {
  if (upload.stage === null) return { stage: 'photo', state: {} };
  try {
    return await STAGES[upload.stage](upload);
  } catch (error) {
    if (error instanceof Refusal) return { error: { code: error.code, message: error.message } };
    throw error; // The upload is tried again, and goes to the dead-letter queue in the end.
  }
}

/** What trying again would not change. */
class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function lookAt({ bucket, files }, name, formats) {
  const file = files.find((candidate) => candidate.name === name);
  if (!file) throw new Refusal('FILE_MISSING', `the upload must have a file '${name}'`);
  // The bytes that have arrived and were checked, and no others: what was replaced since is an error.
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: file.key, IfMatch: `"${file.etag}"`, Range: 'bytes=0-15' }));
  const start = await Body.transformToString('latin1');
  const format = Object.keys(formats).find((candidate) => formats[candidate].test(start));
  if (!format) throw new Refusal('UNKNOWN_FORMAT', `'${name}' must be a file of one of the formats ${Object.keys(formats).join(', ')}`);
  return { key: file.key, format };
}
