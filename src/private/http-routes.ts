import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { suppressNag } from './nag-suppressions';

const { GET, POST } = apigatewayv2.HttpMethod;

/** Routes of the function that starts uploads, and their construct ids. */
const UPLOAD_ROUTES = [
  { id: 'StartUpload', method: POST, path: '/uploads' },
];

/** Routes of the function that answers questions. */
const QUERY_ROUTES = [
  { id: 'ListUploads', method: GET, path: '/uploads' },
  { id: 'GetUpload', method: GET, path: '/uploads/{uploadId}' },
  { id: 'ListRecords', method: GET, path: '/records' },
  { id: 'GetRecords', method: GET, path: '/records/{pk}' },
  { id: 'GetRecord', method: GET, path: '/records/{pk}/{sk}' },
];

/** Routes that anybody may call. */
const PUBLIC_ROUTES = [
  { id: 'GetHealth', method: GET, path: '/health' },
];

const PUBLIC_ON_PURPOSE = {
  id: 'AwsSolutions-APIG4', reason: 'Load balancers and monitors ask for the health without credentials, and the answer tells nothing else.',
};

export interface RoutesProps {
  readonly httpApi: apigatewayv2.IHttpApi;
  readonly authorizer: apigatewayv2.IHttpRouteAuthorizer;
  readonly uploadFunction: lambda.IFunction;
  readonly queryFunction: lambda.IFunction;
  /** Whether every other call is answered as well; not on an API that serves more than ours. */
  readonly catchAll: boolean;
}

/** Adds every route of the HTTP contract to an API. */
export function addRoutes(scope: Construct, props: RoutesProps): void {
  const { httpApi, authorizer } = props;
  // One permission per function, not one per route: they would all say the same.
  const integrate = (id: string, fn: lambda.IFunction) => new HttpLambdaIntegration(id, fn, { scopePermissionToRoute: false });
  const uploads = integrate('UploadIntegration', props.uploadFunction);
  const queries = integrate('QueryIntegration', props.queryFunction);
  const add = (routes: typeof UPLOAD_ROUTES, integration: HttpLambdaIntegration, who: apigatewayv2.IHttpRouteAuthorizer) => {
    for (const { id, method, path } of routes) {
      const routeKey = apigatewayv2.HttpRouteKey.with(path, method);
      const route = new apigatewayv2.HttpRoute(scope, id, { httpApi, routeKey, integration, authorizer: who });
      if (routes === PUBLIC_ROUTES) suppressNag(route, PUBLIC_ON_PURPOSE);
    }
  };
  add(UPLOAD_ROUTES, uploads, authorizer);
  add(QUERY_ROUTES, queries, authorizer);
  add(PUBLIC_ROUTES, queries, new apigatewayv2.HttpNoneAuthorizer());
  if (props.catchAll) {
    // API Gateway's own answer to a wrong path or method is no problem document.
    new apigatewayv2.HttpRoute(scope, 'AnyOther', {
      httpApi, routeKey: apigatewayv2.HttpRouteKey.DEFAULT, integration: queries, authorizer,
    });
  }
}

/** What a caller needs who starts uploads and follows them; `*` stands for ids. */
export const UPLOAD_CALLS = ['POST/uploads', 'GET/uploads', 'GET/uploads/*'];

/** What a caller needs who reads records. */
export const QUERY_CALLS = ['GET/records', 'GET/records/*'];
