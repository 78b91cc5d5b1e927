import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as tls from 'node:tls';
import { ENGINE_DIR, engineEndpoint, enginePaths, enforcesIam, PROJECT_ROOT, REGION, targetsRealAccount } from './settings';

type Environment = Record<string, string | undefined>;

/**
 * What points an AWS SDK, the CDK CLI and curl at the engine instead of AWS.
 * `undefined` removes a variable: a profile or session of the caller must not reach the engine, nor the other way round.
 */
function engineVariables(): Environment {
  const endpoint = engineEndpoint();
  const noProxy = [process.env.NO_PROXY, '127.0.0.1', 'localhost'].filter(Boolean).join(',');
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_DEFAULT_PROFILE: undefined,
    AWS_CONFIG_FILE: join(ENGINE_DIR, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(ENGINE_DIR, 'no-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    CDK_DEFAULT_ACCOUNT: '000000000000',
    CDK_DEFAULT_REGION: REGION,
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    ...(enforcesIam() ? { NODE_EXTRA_CA_CERTS: enginePaths().certificate, AWS_CA_BUNDLE: enginePaths().certificate } : {}),
  };
}

/** The project's own tools (Node 24 among them) before whatever the machine has. */
export function projectPath(): string {
  return [join(PROJECT_ROOT, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
}

/** Environment of child processes that talk to the target: the engine, or the caller's own account. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, PATH: projectPath(), CDK_DISABLE_CLI_TELEMETRY: 'true' };
  return targetsRealAccount() ? environment : { ...environment, ...engineVariables() };
}

/** Points this process at the target; every AWS SDK client created afterwards follows. */
export function useTarget(): void {
  if (targetsRealAccount()) return;
  for (const [name, value] of Object.entries(engineVariables())) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
  // Node reads NODE_EXTRA_CA_CERTS only when it starts.
  if (enforcesIam() && existsSync(enginePaths().certificate)) {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(enginePaths().certificate, 'utf8')]);
  }
}
