import { join, resolve } from 'node:path';

export const PROJECT_ROOT = resolve(__dirname, '..', '..');
/** Everything the engine leaves behind; removing this folder resets it. */
export const ENGINE_DIR = join(PROJECT_ROOT, '.local-engine');
export const REGION = 'us-east-1';

/** True: deploy to the account of the caller's credentials; no engine, no endpoint. */
export function targetsRealAccount(): boolean {
  return process.env.UPLOAD_INGEST_TARGET === 'aws';
}

/** True: the engine evaluates IAM policies as AWS does. It then speaks TLS, since CDK's buckets deny plain HTTP. */
export function enforcesIam(): boolean {
  return process.env.LOCAL_ENGINE_ENFORCE_IAM === '1';
}

export function enginePort(): number {
  const value = process.env.LOCAL_ENGINE_PORT ?? '4566';
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`LOCAL_ENGINE_PORT must be a port between 1 and 65535, got '${value}'.`);
  }
  return port;
}

/** An IP address rather than `localhost`: that is what makes every S3 client use path-style addresses. */
export function engineEndpoint(): string {
  return `${enforcesIam() ? 'https' : 'http'}://127.0.0.1:${enginePort()}`;
}

/** One folder per port, so that engines of both kinds can run side by side. */
export function enginePaths() {
  const home = join(ENGINE_DIR, `engine-${enginePort()}`);
  return {
    home,
    venv: join(ENGINE_DIR, 'venv'),
    python: join(ENGINE_DIR, 'venv', 'bin', 'python'),
    /** What is running: see `EngineState`. */
    state: join(home, 'engine.json'),
    log: join(home, 'engine.log'),
    temp: join(home, 'tmp'),
    data: join(home, 'state'),
    certificate: join(home, 'tmp', 'ministack-tls', 'server.crt'),
  };
}
