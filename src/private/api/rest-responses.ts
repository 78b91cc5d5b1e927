import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { UploadCors } from '../../api/upload-api-props';
import { originHeader } from './rest-cors';

/** What API Gateway answers itself, before or instead of a function. */
interface GatewayProblem {
  readonly type: apigateway.ResponseType;
  /** 0: as API Gateway has it, which differs from case to case. */
  readonly status: number;
  readonly title: string;
  readonly code: string;
  readonly detail: string;
}

const { ResponseType } = apigateway;

const refused = (type: apigateway.ResponseType, status: number, title: string, code: string, detail: string): GatewayProblem => (
  { type, status, title, code, detail }
);

const FAILED = 'the request failed for a reason that is not yours';

const PROBLEMS: readonly GatewayProblem[] = [
  refused(ResponseType.BAD_REQUEST_BODY, 400, 'Bad Request', 'INVALID_REQUEST',
    'the body is not what this route takes, see /openapi.json: a member is missing, unknown or of another type'),
  refused(ResponseType.BAD_REQUEST_PARAMETERS, 400, 'Bad Request', 'INVALID_REQUEST', 'a parameter is missing'),
  refused(ResponseType.UNAUTHORIZED, 401, 'Unauthorized', 'UNAUTHORIZED', 'the request has no valid credentials'),
  refused(ResponseType.ACCESS_DENIED, 403, 'Forbidden', 'ACCESS_DENIED', 'the credentials do not allow this request'),
  refused(ResponseType.EXPIRED_TOKEN, 403, 'Forbidden', 'EXPIRED_TOKEN', 'the credentials have expired'),
  refused(ResponseType.INVALID_SIGNATURE, 403, 'Forbidden', 'INVALID_SIGNATURE', 'the signature is not that of the request'),
  refused(ResponseType.INVALID_API_KEY, 403, 'Forbidden', 'INVALID_API_KEY', 'the request has no valid x-api-key'),
  refused(ResponseType.WAF_FILTERED, 403, 'Forbidden', 'FILTERED', 'a rule of the web application firewall refuses the request'),
  refused(ResponseType.REQUEST_TOO_LARGE, 413, 'Content Too Large', 'REQUEST_TOO_LARGE', 'the request has more than 10 MB'),
  refused(ResponseType.UNSUPPORTED_MEDIA_TYPE, 415, 'Unsupported Media Type', 'CONTENT_TYPE_NOT_ALLOWED', 'the content type is not taken'),
  refused(ResponseType.THROTTLED, 429, 'Too Many Requests', 'THROTTLED', 'there are too many requests: wait and try again'),
  refused(ResponseType.QUOTA_EXCEEDED, 429, 'Too Many Requests', 'QUOTA_EXCEEDED', 'the quota of this x-api-key is used up'),
  refused(ResponseType.INTEGRATION_TIMEOUT, 504, 'Gateway Timeout', 'BUSY', 'the service could not answer in time: try again'),
  refused(ResponseType.DEFAULT_4XX, 0, 'Bad Request', 'BAD_REQUEST', 'the request cannot be served'),
  refused(ResponseType.DEFAULT_5XX, 0, 'Internal Server Error', 'INTERNAL_ERROR', FAILED),
];

/**
 * API Gateway's only answer to an unknown route, and to a request without a signature where one is wanted. It does not say
 * which of the two it is.
 */
const UNKNOWN_ROUTE = refused(ResponseType.MISSING_AUTHENTICATION_TOKEN, 404, 'Not Found', 'ROUTE_NOT_FOUND',
  'this API has no such route, or not with this method');
const UNSIGNED_OR_UNKNOWN = refused(ResponseType.MISSING_AUTHENTICATION_TOKEN, 403, 'Forbidden', 'MISSING_AUTHENTICATION_TOKEN',
  'the request is not signed, or this API has no such route or not with this method');

export interface RestResponsesProps {
  /** Whether callers sign their requests. */
  readonly signed: boolean;
  readonly cors?: UploadCors;
}

/** Makes problem documents (RFC 9457) of what API Gateway answers itself. */
export function addProblemResponses(restApi: apigateway.RestApi, { signed, cors }: RestResponsesProps): void {
  for (const problem of [...PROBLEMS, signed ? UNSIGNED_OR_UNKNOWN : UNKNOWN_ROUTE]) {
    const { type, status, title, code, detail } = problem;
    const known = status === 0 ? {} : { status };
    restApi.addGatewayResponse(`${problem.type.responseType}Response`, {
      type,
      statusCode: status === 0 ? undefined : String(status),
      templates: { 'application/json': JSON.stringify({ type: 'about:blank', title, ...known, code, detail }) },
      responseHeaders: {
        'Content-Type': "'application/problem+json'",
        ...(cors && { 'Access-Control-Allow-Origin': originHeader(cors) }),
      },
    });
  }
}
