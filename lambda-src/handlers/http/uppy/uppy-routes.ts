import type { RequestContext } from '@aws-lambda-powertools/event-handler/types';
import { Caller } from '../../../application/access/caller';
import { MultipartTarget, SignedRequest } from '../../../application/uploads/upload-signer';
import { FindSession } from '../../../application/uppy/find-session';
import { CompleteUppy } from '../../../application/uppy/uppy-complete';
import { UppyParts } from '../../../application/uppy/uppy-parts';
import { PresignUppy } from '../../../application/uppy/uppy-presign';
import { StartUppyMultipart, TypedUppyFile, UppyFile } from '../../../application/uppy/uppy-start';
import { ApiError } from '../../../domain/api-error';
import { readBody } from '../body';
import { CallerReader } from '../caller';
import { readQuery, readValue } from '../query';
import { json } from '../response';
import { Route, Routes } from '../router';
import { splitQuery, uppyMetadata } from './uppy-metadata';
import { typed, uppyRequest } from './uppy-request';
import {
  BATCH_PARAMETERS, completeMultipartSchema, createMultipartSchema, PARAMS_PARAMETERS, PART_NUMBER, presignSchema, TARGET_PARAMETERS,
} from './uppy-schema';

/** Where Companion's routes are found, and on whose behalf they are called there. */
export interface UppyMount {
  readonly prefix: '' | '/u/:token';
  readonly callerOf: (request: RequestContext) => Promise<Caller> | Caller;
}

/** Routes under `/s3`, for clients that send the API's credentials. */
export function authorizedMount(readCaller: CallerReader): UppyMount {
  return { prefix: '', callerOf: ({ event }) => readCaller(event) };
}

/** The same under a session's URL, whose token is the credential. */
export function sessionMount(findSession: FindSession): UppyMount {
  return { prefix: '/u/:token', callerOf: async ({ params }) => findSession.run(params.token) };
}

export interface CompanionRoutesProps {
  readonly startForm: (caller: Caller, file: TypedUppyFile) => Promise<SignedRequest>;
  readonly startMultipart: Pick<StartUppyMultipart, 'create'>;
  readonly parts: Pick<UppyParts, 'list' | 'sign'>;
  readonly urlExpirySeconds: number;
  readonly bucketName: string;
}

/** Companion's routes that start and sign, as @uppy/companion 6 answers them. */
export function companionRoutes(mount: UppyMount, props: CompanionRoutesProps): Routes {
  const { startForm, startMultipart, parts, urlExpirySeconds: expires, bucketName } = props;
  return mounted(mount, {
    'GET /s3/params': async (caller, { req }) => {
      const { meta, rest } = splitQuery(req.url);
      const { filename, type } = readQuery({ url: rest }, PARAMS_PARAMETERS);
      const { url, fields } = await startForm(caller, typed(uppyFile(required('filename', filename), type, meta)));
      // Uppy puts the key behind it to tell where the object is.
      return json({ method: 'POST', url: url.endsWith('/') ? url : `${url}/`, fields, expires });
    },

    'POST /s3/multipart': async (caller, { req }) => {
      const { filename, type, metadata } = await readBody(req, createMultipartSchema);
      const { key, multipartId } = await startMultipart.create(caller, typed(uppyFile(filename, type, metadata ?? {})));
      return json({ key, uploadId: multipartId, bucket: bucketName });
    },

    'GET /s3/multipart/:multipartId': async (caller, request) => {
      const found = await parts.list(caller, targetOf(request));
      return json(found.map(({ partNumber, etag, size }) => ({ PartNumber: partNumber, ETag: `"${etag}"`, Size: size })));
    },

    'GET /s3/multipart/:multipartId/batch': async (caller, { req, params }) => {
      const { key, partNumbers } = readQuery(req, BATCH_PARAMETERS);
      const target = { key: required('key', key), multipartId: params.multipartId };
      const urls = await parts.sign(caller, target, required('partNumbers', partNumbers));
      return json({ presignedUrls: Object.fromEntries(urls) });
    },

    'GET /s3/multipart/:multipartId/:partNumber': async (caller, request) => {
      const partNumber = readValue('partNumber', request.params.partNumber, PART_NUMBER);
      const urls = await parts.sign(caller, targetOf(request), [partNumber]);
      return json({ url: urls.get(partNumber), expires });
    },
  });
}

export interface CompanionEndRoutesProps {
  readonly complete: Pick<CompleteUppy, 'run'>;
  readonly abort: (caller: Caller, target: MultipartTarget) => Promise<void>;
  readonly locationOf: (key: string) => string;
  readonly bucketName: string;
}

/** Companion's routes that end an upload. */
export function companionEndRoutes(mount: UppyMount, { complete, abort, locationOf, bucketName }: CompanionEndRoutesProps): Routes {
  return mounted(mount, {
    'POST /s3/multipart/:multipartId/complete': async (caller, request) => {
      const target = targetOf(request);
      const { parts } = await readBody(request.req, completeMultipartSchema);
      await complete.run(caller, target, parts.map(({ PartNumber, ETag }) => ({ partNumber: PartNumber, etag: ETag })));
      return json({ location: locationOf(target.key), key: target.key, bucket: bucketName });
    },

    'DELETE /s3/multipart/:multipartId': async (caller, request) => {
      await abort(caller, targetOf(request));
      return json({});
    },
  });
}

/** What `signRequest` of Uppy 6 asks: every request to S3, before it makes it. */
export function presignRoutes(readCaller: CallerReader, presign: Pick<PresignUppy, 'run'>): Routes {
  return {
    'POST /s3/presign': async ({ req, event }) => json(await presign.run(readCaller(event), uppyRequest(await readBody(req, presignSchema)))),
  };
}

type UppyRoute = (caller: Caller, request: RequestContext) => Promise<Response>;

/** Nothing of a request is looked at before it is known who makes it. */
function mounted({ prefix, callerOf }: UppyMount, routes: Readonly<Record<string, UppyRoute>>): Routes {
  return Object.fromEntries(Object.entries(routes).map(([name, route]): [string, Route] => {
    const [method, path] = name.split(' ');
    return [`${method} ${prefix}${path}`, async (request) => route(await callerOf(request), request)];
  }));
}

function targetOf({ req, params }: RequestContext): MultipartTarget {
  const { key } = readQuery(req, TARGET_PARAMETERS);
  return { key: required('key', key), multipartId: params.multipartId };
}

function required<T>(parameter: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new ApiError('INVALID_REQUEST', `'${parameter}' is required`, [{ parameter, detail: 'is required' }]);
}

function uppyFile(fileName: string, type: string | null | undefined, meta: Readonly<Record<string, unknown>>): UppyFile {
  const contentType = type || null;
  return { fileName, contentType, metadata: uppyMetadata(meta, { fileName, contentType }) };
}
