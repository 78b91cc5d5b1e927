import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bootstrap } from './bootstrap';
import { projectPath, useTarget } from './environment';
import { isHealthy, isPortTaken } from './health';
import { installEngine } from './install';
import { isAlive, withLock } from './lock';
import { engineRevision } from './revision';
import { lastLines } from './run-command';
import { engineEndpoint, enginePaths, enginePort, enforcesIam, targetsRealAccount } from './settings';

const START_DEADLINE_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 100;

/** Kept in a file, so that every process and the next command find the running engine. */
interface EngineState {
  readonly pid: number;
  readonly enforcesIam: boolean;
  readonly bootstrapped: boolean;
  readonly revision: string;
}

/**
 * Makes sure that there is something to deploy to, and points this process at it. Starts and bootstraps the engine once;
 * with `UPLOAD_INGEST_TARGET=aws` nothing is started and the account of the caller's credentials is used.
 */
export async function ensureEngine(report: (line: string) => void = () => {}): Promise<void> {
  if (targetsRealAccount()) {
    report('Using the AWS account of your credentials (UPLOAD_INGEST_TARGET=aws)');
    return;
  }
  await withLock(`engine-${enginePort()}`, async () => {
    let state = await findRunning();
    if (!state) {
      await installEngine(report);
      report(`Starting the local engine at ${engineEndpoint()}`);
      state = await start();
    } else if (state.revision !== engineRevision()) {
      report(`The local engine at ${engineEndpoint()} was started from other sources than these; \`npm run stop\` to start it anew`);
    }
    useTarget();
    if (!state.bootstrapped) {
      report('Bootstrapping it for the CDK');
      await bootstrap();
      remember({ ...state, bootstrapped: true });
    }
  });
}

async function findRunning(): Promise<EngineState | undefined> {
  const state = recall();
  if (state && isAlive(state.pid) && await isHealthy()) {
    if (state.enforcesIam !== enforcesIam()) {
      throw new Error(`The local engine on port ${enginePort()} was started ${state.enforcesIam ? 'with' : 'without'} `
        + 'LOCAL_ENGINE_ENFORCE_IAM=1. Stop it first (npm run stop), or choose another port with LOCAL_ENGINE_PORT.');
    }
    return state;
  }
  if (await isPortTaken()) {
    throw new Error(`Port ${enginePort()} is taken by something that was not started from here. Stop that program, `
      + 'or choose another port: LOCAL_ENGINE_PORT=4567 npm run demo');
  }
  return undefined;
}

async function start(): Promise<EngineState> {
  const paths = enginePaths();
  // Temporary files of an engine that is gone: unpacked functions and the like.
  rmSync(paths.home, { recursive: true, force: true });
  mkdirSync(paths.temp, { recursive: true });

  const log = openSync(paths.log, 'w');
  const child = spawn(paths.python, [join(__dirname, 'engine.py')], {
    cwd: paths.home,
    env: engineProcessEnvironment(),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The local engine stopped while starting (exit code ${code}):\n${lastLines(paths.log)}`)));
  });
  await Promise.race([untilHealthy(), failed]);
  child.removeAllListeners();
  child.unref();

  const state = { pid: child.pid!, enforcesIam: enforcesIam(), bootstrapped: false, revision: engineRevision() };
  remember(state);
  return state;
}

/**
 * Lambda functions inherit this environment, Node 24 of `PATH` included. `AWS_ENDPOINT_URL` is left to the engine:
 * it gives its functions its own address, and with TLS also the trust in its certificate.
 */
function engineProcessEnvironment(): NodeJS.ProcessEnv {
  const paths = enginePaths();
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|CDK_|LAMBDA_|MINISTACK_|LOCALSTACK_|NODE_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: projectPath(),
    GATEWAY_PORT: String(enginePort()),
    BIND_HOST: '127.0.0.1',
    // The host in queue URLs and API endpoints.
    MINISTACK_HOST: '127.0.0.1',
    TMPDIR: paths.temp,
    STATE_DIR: paths.data,
    PERSIST_STATE: '0',
    LAMBDA_EXECUTOR: 'local',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    AUTH: String(enforcesIam()),
    USE_SSL: enforcesIam() ? '1' : '0',
    // Functions log through stderr of a Node whose warnings about the emulator's own wrapper are noise.
    NODE_NO_WARNINGS: '1',
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

async function untilHealthy(): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MILLISECONDS;
  while (!await isHealthy()) {
    if (Date.now() > deadline) {
      throw new Error(`The local engine did not answer within ${START_DEADLINE_MILLISECONDS / 1000} s:\n${lastLines(enginePaths().log)}`);
    }
    await delay(POLL_MILLISECONDS);
  }
}

function remember(state: EngineState): void {
  writeFileSync(enginePaths().state, JSON.stringify(state));
}

function recall(): EngineState | undefined {
  try {
    return JSON.parse(readFileSync(enginePaths().state, 'utf8')) as EngineState;
  } catch {
    return undefined;
  }
}
