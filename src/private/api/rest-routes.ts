import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { UploadCors } from '../../api/upload-api-props';
import { NagSuppression, suppressNag } from '../nag-suppressions';
import { RouteFunctions } from './http-routes';
import { publicReason } from './public-routes';
import { answerPreflight } from './rest-cors';
import { RestModels } from './rest-models';
import { RouteFunction, RouteGroup, ROUTES } from './routes';

export interface RestRoutesProps {
  readonly restApi: apigateway.RestApi;
  readonly methodOptions: apigateway.MethodOptions;
  readonly uploadScopes?: string[];
  readonly queryScopes?: string[];
  readonly functions: RouteFunctions;
  readonly cors?: UploadCors;
  /** Headers that the authorization looks at. */
  readonly headers?: string[];
}

const OPEN: apigateway.MethodOptions = { authorizationType: apigateway.AuthorizationType.NONE };

const BY_KEY: NagSuppression = {
  id: 'AwsSolutions-APIG4', reason: 'Callers are known by their API keys, as UploadAuth.apiKey says.',
};
const NOT_COGNITO: NagSuppression = {
  id: 'AwsSolutions-COG4', reason: 'Who may call is for the user to say: UploadAuth has Cognito and others.',
};
/** Adds every route of the HTTP contract to a REST API. */
export function addRestRoutes(props: RestRoutesProps): void {
  const { restApi } = props;
  const models = new RestModels(restApi);
  const integrations = integrationsOf(props.functions);
  for (const { id, method, path, group, servedBy } of ROUTES) {
    const resource = restApi.root.resourceForPath(path);
    const made = resource.addMethod(method, integrations[servedBy], { ...authorization(group, props), ...models.forRoute(id) });
    excuse(made, group === 'public' ? publicReason(path) : undefined, props);
  }
  if (props.cors) addPreflights(props, props.cors);
}

function addPreflights({ restApi, headers }: RestRoutesProps, cors: UploadCors): void {
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    answerPreflight(restApi.root.resourceForPath(path), cors, headers);
  }
}

function integrationsOf(functions: RouteFunctions): Readonly<Record<RouteFunction, apigateway.LambdaIntegration>> {
  // One permission per function, not one per route: they would all say the same.
  const integrate = (name: RouteFunction) => new apigateway.LambdaIntegration(functions[name], { scopePermissionToMethod: false });
  return { 'upload-api': integrate('upload-api'), 'completion-api': integrate('completion-api'), 'query-api': integrate('query-api') };
}

function authorization(group: RouteGroup, { methodOptions, uploadScopes, queryScopes }: RestRoutesProps): apigateway.MethodOptions {
  if (group === 'public') return OPEN;
  return { ...methodOptions, authorizationScopes: group === 'upload' ? uploadScopes : queryScopes };
}

/** Says to cdk-nag why a method is as it is. */
function excuse(method: apigateway.Method, open: NagSuppression | undefined, { methodOptions }: RestRoutesProps): void {
  const byKey = methodOptions.apiKeyRequired ? [BY_KEY] : [];
  const byCognito = methodOptions.authorizationType === apigateway.AuthorizationType.COGNITO;
  suppressNag(method, ...(open ? [open] : byKey), ...(byCognito && !open ? [] : [NOT_COGNITO]));
}
