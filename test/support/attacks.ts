import type { ApiClient, RequestOptions, Upload } from '../../tools/client';

/** What whoever has other credentials may try with the ids, keys, cursors and tokens of somebody else, route by route. */

/** What somebody has, in every state that an upload can be attacked in. */
export interface Loot {
  readonly tenant: string;
  readonly completed: Upload;
  readonly failed: Upload;
  readonly pending: string;
  readonly inParts: string;
  readonly uppy: { readonly key: string; readonly uploadId: string };
  readonly session: string;
  readonly uploadsToken: string;
  readonly recordsToken: string;
  readonly idempotencyKey: string;
}

const FILE = { fileName: 'a.csv', contentType: 'text/csv' };

export type Request = [method: string, path: string, options?: RequestOptions & { readonly query?: Record<string, string> }];
export interface Attack {
  /** The same request in every form that there is something to gain by. */
  readonly requests: Request[];
  /** What the answer must be. */
  readonly expected: { status: number; code?: string } | 'nothing of theirs';
}

const GONE = { status: 404, code: 'UPLOAD_NOT_FOUND' };
export const NO_SESSION = { status: 404, code: 'SESSION_NOT_FOUND' };

/** Whatever a route can be asked about an upload, with the ids of somebody else. */
export function attacksOnUploads(loot: Loot): Record<string, Attack> {
  const ids = [loot.completed.uploadId, loot.failed.uploadId, loot.pending, loot.inParts, loot.uppy.key.split('/').at(-2)!];
  const all = (method: string, path: string, options: Request[2] = {}): Request[] => ids.map((id) => [method, `/uploads/${id}${path}`, options]);
  return {
    GetUpload: { requests: all('GET', ''), expected: GONE },
    AbortUpload: { requests: all('DELETE', ''), expected: GONE },
    SignParts: { requests: all('POST', '/parts', { body: { partNumbers: [1] } }), expected: GONE },
    ListParts: { requests: all('GET', '/parts'), expected: GONE },
    CompleteUpload: {
      requests: [...all('POST', '/complete', { body: {} }), ...all('POST', '/complete', { body: {}, headers: { 'idempotency-key': loot.idempotencyKey } })],
      expected: GONE,
    },
    ReprocessUpload: { requests: all('POST', '/reprocess'), expected: GONE },
    GetRejects: { requests: all('GET', '/rejects'), expected: GONE },
    PresignRequest: {
      requests: [
        ...['GET', 'POST', 'DELETE'].map((method): Request => ['POST', '/s3/presign', { body: { method, key: loot.uppy.key, uploadId: loot.uppy.uploadId } }]),
        ['POST', '/s3/presign', { body: { method: 'PUT', key: loot.uppy.key, uploadId: loot.uppy.uploadId, partNumber: 1 } }],
      ],
      expected: GONE,
    },
    ...attacksOnUppy('', '', loot),
  };
}

export function attacksOnUppy(id: string, prefix: string, { uppy: { key, uploadId }, completed, inParts }: Loot): Record<string, Attack> {
  const path = `${prefix}/s3/multipart/${encodeURIComponent(uploadId)}`;
  const keys = [key, completed.files[0].key, key.replace(/[^/]+\/a\.csv$/, `${inParts}/a.csv`)];
  const all = (method: string, more: string, options: Request[2] = {}, query: Record<string, string> = {}): Request[] => (
    keys.map((each) => [method, `${path}${more}`, { ...options, query: { key: each, ...query } }]));
  return {
    [`${id}ListUppyParts`]: { requests: all('GET', ''), expected: GONE },
    [`${id}SignUppyParts`]: { requests: all('GET', '/batch', {}, { partNumbers: '1,2' }), expected: GONE },
    [`${id}SignUppyPart`]: { requests: all('GET', '/1'), expected: GONE },
    [`${id}CompleteUppyMultipart`]: { requests: all('POST', '/complete', { body: { parts: [{ PartNumber: 1, ETag: 'abc' }] } }), expected: GONE },
    [`${id}AbortUppyMultipart`]: { requests: all('DELETE', ''), expected: GONE },
  };
}

/** What starts something: with what somebody else has said, too, it is the caller's own. */
export function attacksByStarting(loot: Loot): Record<string, Attack> {
  const again = { 'idempotency-key': loot.idempotencyKey };
  return {
    'StartUpload': { requests: [['POST', '/uploads', { body: FILE, headers: again }]], expected: 'nothing of theirs' },
    'UploadInline': {
      requests: [['POST', '/uploads/inline', { body: { ...FILE, content: Buffer.from('name,city,age\nEve,Paris,30\n').toString('base64') }, headers: again }]],
      expected: 'nothing of theirs',
    },
    // A key that is proposed is a name at most.
    'PresignRequest for a new file': {
      requests: [['POST', '/s3/presign', { body: { method: 'PUT', key: loot.completed.files[0].key, contentType: 'text/csv' } }]], expected: 'nothing of theirs',
    },
    'StartSession': { requests: [['POST', '/uploads/sessions', { body: {} }]], expected: 'nothing of theirs' },
    'ListUploads': { requests: [['GET', '/uploads'], ...['FAILED', 'COMPLETED'].map((status): Request => ['GET', '/uploads', { query: { status } }])], expected: 'nothing of theirs' },
    'GetUppyParams': { requests: [['GET', '/s3/params', { query: { 'filename': 'a.csv', 'type': 'text/csv', 'metadata[key]': loot.uppy.key } }]], expected: 'nothing of theirs' },
    'CreateUppyMultipart': {
      requests: [['POST', '/s3/multipart', { body: { filename: 'a.csv', type: 'text/csv', metadata: { tenantId: loot.tenant, owner: 'ada', key: loot.uppy.key } } }]],
      expected: 'nothing of theirs',
    },
  };
}

export function attacksOnRecords({ tenant, recordsToken }: Loot): Record<string, Attack> {
  const lists: Request[] = ['London', `${tenant}#London`, `${tenant}#`, tenant].flatMap((pk): Request[] => [
    ['GET', `/records/${encodeURIComponent(pk)}`], ['GET', '/records', { query: { pk } }], ['GET', '/records', { query: { index: 'by-city', key: pk } }],
  ]);
  return {
    'ListRecords': { requests: [['GET', '/records'], ...lists.filter(([, path]) => path === '/records')], expected: 'nothing of theirs' },
    'GetRecords': { requests: lists.filter(([, path]) => path !== '/records'), expected: 'nothing of theirs' },
    'GetRecord': {
      requests: ['London', `${tenant}#London`].flatMap((pk): Request[] => [
        ['GET', `/records/${encodeURIComponent(pk)}/Ada`], ['GET', '/records', { query: { pk, sk: 'Ada' } }],
      ]),
      expected: { status: 404, code: 'RECORD_NOT_FOUND' },
    },
    // Their cursors, on the lists that they come from.
    'ListRecords with a cursor': { requests: [['GET', '/records', { query: { nextToken: recordsToken } }]], expected: { status: 400, code: 'INVALID_CURSOR' } },
  };
}

/** Sends every request and looks at its answer; the words of the loot may be in none of them. */
export async function run(client: ApiClient, attacks: Record<string, Attack>, loot: Loot): Promise<void> {
  const theirs = [loot.completed.uploadId, loot.failed.uploadId, loot.pending, loot.inParts, loot.uppy.uploadId, `uploads/${loot.tenant}/`, 'Ada', 'Alan'];
  for (const [id, { requests, expected }] of Object.entries(attacks)) {
    for (const [method, path, options] of requests) {
      const response = await client.send(method, path, options);
      const text = await response.text();
      const told = `${id}: ${method} ${path} ${JSON.stringify(options?.query ?? {})}`;
      if (expected === 'nothing of theirs') {
        expect([told, response.ok]).toEqual([told, true]);
        // A name that the caller gave comes back with the caller's own upload.
        expect([told, theirs.filter((word) => text.includes(word) && !JSON.stringify(options ?? {}).includes(word))]).toEqual([told, []]);
      } else {
        const { code } = JSON.parse(text) as { code?: string };
        expect([told, response.status, code]).toEqual([told, expected.status, expected.code]);
      }
    }
  }
}
