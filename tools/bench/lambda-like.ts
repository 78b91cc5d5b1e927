import { Env } from '../../src/private/contract';

/** What our functions find in their environment, as far as loading them goes: of every variable something that can be read. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.values(Env).map((name) => [name, '1'])),
  [Env.CONTENT_TYPES]: '["text/csv"]',
  [Env.CORS_ORIGINS]: '[]',
  [Env.UPLOAD_SCOPES]: '[]',
  [Env.QUERY_SCOPES]: '[]',
  [Env.TENANCY]: '{"source":"single"}',
  [Env.TRACING]: 'false',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  POWERTOOLS_SERVICE_NAME: 'bench',
  POWERTOOLS_METRICS_NAMESPACE: 'bench',
};
