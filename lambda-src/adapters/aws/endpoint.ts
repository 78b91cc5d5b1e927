import { region } from './runtime-environment';

/** How a service is called in host names and signatures, and in `AWS_ENDPOINT_URL_<SERVICE>`. */
export const Service = {
  DYNAMODB: { name: 'dynamodb', variable: 'DYNAMODB' },
  S3: { name: 's3', variable: 'S3' },
  SQS: { name: 'sqs', variable: 'SQS' },
  SECRETS_MANAGER: { name: 'secretsmanager', variable: 'SECRETS_MANAGER' },
  STEP_FUNCTIONS: { name: 'states', variable: 'SFN' },
} as const;
export type Service = typeof Service[keyof typeof Service];

/** Where a service, or a bucket in it, is reached. */
export interface Endpoint {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  /** Without a slash at its end; empty at the root. */
  readonly basePath: string;
}

/** Partitions whose host names end differently, by the beginning of their regions' names. */
const DNS_SUFFIXES: readonly (readonly [string, string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
];

/** What can be the first part of a host name. A dot would make two of it, for which AWS has no certificate. */
const HOST_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** As `URL` writes it: four numbers, or something in brackets. */
const IP_ADDRESS = /^(\d+\.\d+\.\d+\.\d+|\[.*\])$/;

/** The service in the function's region, or wherever `AWS_ENDPOINT_URL_<SERVICE>` or `AWS_ENDPOINT_URL` points, as in every AWS SDK. */
export function serviceEndpoint(service: Service): Endpoint {
  const custom = customEndpoint(service);
  return custom ? fromUrl(custom) : { protocol: 'https:', hostname: `${service.name}.${region()}.${dnsSuffix(region())}`, basePath: '' };
}

/** A bucket has a host name of its own, unless that would be no name at all, or none that the certificate covers. */
export function bucketEndpoint(bucket: string): Endpoint {
  const s3 = serviceEndpoint(Service.S3);
  return IP_ADDRESS.test(s3.hostname) || !HOST_NAME.test(bucket)
    ? { ...s3, basePath: `${s3.basePath}/${bucket}` }
    : { ...s3, hostname: `${bucket}.${s3.hostname}` };
}

export function hostOf({ hostname, port }: Endpoint): string {
  return port === undefined ? hostname : `${hostname}:${port}`;
}

export function urlOf(endpoint: Endpoint): string {
  return `${endpoint.protocol}//${hostOf(endpoint)}${endpoint.basePath}`;
}

function customEndpoint(service: Service): string | undefined {
  return process.env[`AWS_ENDPOINT_URL_${service.variable}`] || process.env.AWS_ENDPOINT_URL || undefined;
}

function fromUrl(text: string): Endpoint {
  const { protocol, hostname, port, pathname } = new URL(text);
  return { protocol, hostname, ...(port === '' ? {} : { port: Number(port) }), basePath: pathname.replace(/\/+$/, '') };
}

function dnsSuffix(name: string): string {
  return DNS_SUFFIXES.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'amazonaws.com';
}
