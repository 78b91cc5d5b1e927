import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from '../../lambda-src/handlers/http/openapi/document';
import { requestModels } from '../../lambda-src/handlers/http/openapi/request-models';
import { ROUTES } from '../../src/private/api/routes';
import { OPENAPI_FILE, REQUEST_MODELS_FILE } from '../../src/private/contract';

const PACKAGE = join(__dirname, '..', '..', 'package.json');

/** What the build makes of the API's schemas: contents by path inside the assets. */
export function apiDocuments(): Readonly<Record<string, string>> {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  return {
    [`query-api/${OPENAPI_FILE}`]: JSON.stringify(openApiDocument({ routes: ROUTES, version })),
    [REQUEST_MODELS_FILE]: JSON.stringify(requestModels(ROUTES)),
  };
}
