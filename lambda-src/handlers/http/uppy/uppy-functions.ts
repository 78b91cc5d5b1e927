import { randomBytes } from 'node:crypto';
import { Caller } from '../../../application/access/caller';
import { AbortUpload } from '../../../application/uploads/abort-upload';
import { CompleteUpload } from '../../../application/uploads/complete-upload';
import { ObjectStore } from '../../../application/uploads/object-store';
import { StartUpload } from '../../../application/uploads/start-upload';
import { UploadRules } from '../../../application/uploads/upload-rules';
import { MultipartSigner, MultipartTarget, ShortLived, SignedRequest, UploadSigner } from '../../../application/uploads/upload-signer';
import { UploadStore } from '../../../application/uploads/upload-store';
import { WorkStore } from '../../../application/uploads/work-store';
import { FindSession } from '../../../application/uppy/find-session';
import { SessionStore } from '../../../application/uppy/session-store';
import { StartSession } from '../../../application/uppy/start-session';
import { GiveUpUppy } from '../../../application/uppy/uppy-abort';
import { CompleteUppy } from '../../../application/uppy/uppy-complete';
import { UppyParts } from '../../../application/uppy/uppy-parts';
import { PresignUppy } from '../../../application/uppy/uppy-presign';
import { StartUppyMultipart, TypedUppyFile } from '../../../application/uppy/uppy-start';
import { FindUppyUpload } from '../../../application/uppy/uppy-upload';
import { CallerReader } from '../caller';
import { Routes } from '../router';
import { authorizedMount, companionEndRoutes, companionRoutes, presignRoutes, sessionMount, UppyMount } from './uppy-routes';
import { sessionRoutes } from './uppy-session-routes';

interface UppyFunctionProps {
  readonly readCaller: CallerReader;
  readonly sessions: SessionStore;
  readonly works: Pick<WorkStore, 'find' | 'save'>;
  readonly rules: UploadRules;
  readonly bucketName: string;
  readonly now: () => Date;
}

export interface UppyStartFunctionProps extends UppyFunctionProps {
  readonly uploads: Pick<UploadStore, 'create'>;
  readonly objects: Pick<ObjectStore, 'createMultipart' | 'listParts' | 'abortMultipart'>;
  readonly signer: UploadSigner & MultipartSigner;
  readonly startUpload: Pick<StartUpload, 'run'>;
  readonly urlExpirySeconds: number;
  readonly uploadExpirySeconds: number;
  readonly sessionExpirySeconds: number;
  readonly newId: () => string;
  readonly onStarted: () => void;
  readonly onAborted: () => void;
}

/** Everything of Uppy that the function serves which starts uploads and signs. */
export function uppyStartRoutes(props: UppyStartFunctionProps): Routes {
  const { readCaller, sessions, rules, works, objects, signer, startUpload, now } = props;
  const find = new FindUppyUpload({ works, objects });
  const parts = new UppyParts({ find, objects, signer }, rules);
  const startMultipart = new StartUppyMultipart(props, rules, props);
  const startForm = async (caller: Caller, given: TypedUppyFile, lasting: ShortLived = {}): Promise<SignedRequest> => {
    const { files: [file] } = await startUpload.run(caller, { ...given, ...lasting, method: 'POST' });
    if (!('upload' in file)) throw new Error('a form was asked for');
    props.onStarted();
    return file.upload;
  };
  const presign = new PresignUppy({ startForm, startMultipart, find, parts, signer, giveUp: new GiveUpUppy({ ...props, find }) }, rules);
  const startSession = new StartSession({ sessions, newToken: () => randomBytes(32).toString('base64url'), now }, props.sessionExpirySeconds);
  return {
    ...onBothMounts(props, (mount) => companionRoutes(mount, { ...props, startForm, startMultipart, parts })),
    ...presignRoutes(readCaller, presign),
    ...sessionRoutes(readCaller, startSession),
  };
}

export interface UppyEndFunctionProps extends UppyFunctionProps {
  readonly objects: Pick<ObjectStore, 'listParts' | 'completeMultipart'>;
  readonly completeUpload: Pick<CompleteUpload, 'run'>;
  readonly abortUpload: Pick<AbortUpload, 'run'>;
  readonly locationOf: (key: string) => string;
}

/** Everything of Uppy that the function serves which completes and aborts uploads. */
export function uppyEndRoutes(props: UppyEndFunctionProps): Routes {
  const { works, objects, rules, completeUpload, abortUpload } = props;
  const find = new FindUppyUpload({ works, objects });
  const complete = new CompleteUppy({ find, objects, complete: async (caller, uploadId) => completeUpload.run(caller, uploadId) }, rules);
  const abort = async (caller: Caller, target: MultipartTarget): Promise<void> => {
    const { work } = await find.run(caller, target);
    await abortUpload.run(caller, work.upload.uploadId);
  };
  return onBothMounts(props, (mount) => companionEndRoutes(mount, { ...props, complete, abort }));
}

function onBothMounts({ readCaller, sessions }: UppyFunctionProps, routes: (mount: UppyMount) => Routes): Routes {
  return { ...routes(authorizedMount(readCaller)), ...routes(sessionMount(new FindSession(sessions))) };
}
