import { Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { UploadCors } from '../../api/upload-api-props';
import { ALLOWED_METHODS, allowedHeaders, DEFAULT_MAX_AGE, EXPOSED_HEADERS } from './cors';

/** Answers preflight requests for a resource, in the gateway and without authorization. */
export function answerPreflight(resource: apigateway.IResource, cors: UploadCors, headers?: string[]): void {
  const method = resource.addCorsPreflight({
    allowOrigins: cors.origins,
    allowMethods: [...ALLOWED_METHODS],
    allowHeaders: allowedHeaders(headers),
    exposeHeaders: EXPOSED_HEADERS,
    maxAge: cors.maxAge ?? DEFAULT_MAX_AGE,
    statusCode: 204,
  });
  // Where all content types are binary, a preflight request would be, too, and its template could not be used.
  (method.node.defaultChild as apigateway.CfnMethod).addPropertyOverride('Integration.ContentHandling', 'CONVERT_TO_TEXT');
}

/**
 * What lets a page read an answer of the gateway itself. Such an answer cannot choose between origins, and holds no data: with
 * several of them, whoever asks may read it.
 */
export function originHeader({ origins }: UploadCors): string {
  return Token.isUnresolved(origins) || origins.length > 1 ? 'method.request.header.Origin' : `'${origins[0]}'`;
}
