import { StartSession } from '../../../application/uppy/start-session';
import { readOptionalBody } from '../body';
import { CallerReader } from '../caller';
import { ownUrl } from '../own-url';
import { json } from '../response';
import { Routes } from '../router';
import { startSessionSchema } from './uppy-schema';

const PATH = '/uploads/sessions';

/** Gives out a URL that stands for its caller, for a client that can send no header. */
export function sessionRoutes(readCaller: CallerReader, startSession: Pick<StartSession, 'run'>): Routes {
  return {
    [`POST ${PATH}`]: async ({ req, event }) => {
      const caller = readCaller(event);
      const { expiresIn } = await readOptionalBody(req, startSessionSchema);
      const { token, expiresAt } = await startSession.run(caller, expiresIn);
      return json({ url: `${ownUrl(event, PATH)}/u/${token}`, expiresAt }, 201);
    },
  };
}
