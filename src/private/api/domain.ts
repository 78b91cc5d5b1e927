import { Token } from 'aws-cdk-lib';
import { invalid } from '../validation';

interface Domain {
  readonly domainName?: object;
  readonly basePath?: string;
}

/** Checks a path under a domain. */
export function validateDomain({ domainName, basePath }: Domain, pattern: RegExp): void {
  if (basePath === undefined) return;
  if (!domainName) invalid('BASE_PATH_WITHOUT_DOMAIN', `'basePath' must come with a 'domainName', got '${basePath}' without one`);
  if (!Token.isUnresolved(basePath) && !pattern.test(basePath)) {
    invalid('INVALID_BASE_PATH', `'basePath' must be a path without slashes around it, such as 'files', got '${basePath}'`);
  }
}

export function domainUrl(name: string, basePath: string | undefined): string {
  return `https://${name}${basePath === undefined ? '' : `/${basePath}`}`;
}
