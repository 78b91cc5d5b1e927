import { Stack, Token } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import { accessLogs, HTTP_ACCESS_LOG } from '../private/api/access-logs';
import { allowedHeaders, ALLOWED_METHODS, DEFAULT_MAX_AGE, EXPOSED_HEADERS, validateCors } from '../private/api/cors';
import { domainUrl, validateDomain } from '../private/api/domain';
import { HttpRoutes } from '../private/api/http-routes';
import { ROUTES } from '../private/api/routes';
import { validateRouteThrottles, validateThrottle } from '../private/api/throttles';
import { invalid } from '../private/validation';
import { serve, Service, validateApiOptions } from './serve';
import { UploadApiBindOptions, UploadApiConfig } from './upload-api';
import { HttpUploadApiProps } from './upload-api-props';
import { GatewayKind } from './upload-auth-config';

/** `UploadApi.http()` */
export class HttpUploadApi {
  public constructor(private readonly props: HttpUploadApiProps) {
    validateApiOptions(props);
    validateThrottle('throttle', props.throttle);
    validateRouteThrottles(props.routeThrottles);
    validateCors(props.cors);
    validateDomain(props, /^[A-Za-z0-9$_.+!*'()-]+(\/[A-Za-z0-9$_.+!*'()-]+)*$/);
    validateStageName(props.stageName);
  }

  public bind(scope: Construct, options: UploadApiBindOptions): UploadApiConfig {
    const service = serve(scope, GatewayKind.HTTP, this.props, options);
    const httpApi = new apigatewayv2.HttpApi(scope, 'Api', {
      apiName: options.serviceName,
      createDefaultStage: false,
      description: 'Uploads and their records',
      corsPreflight: this.preflight(service),
    });
    const stage = this.stage(scope, httpApi);
    const routes = httpRoutes(scope, httpApi, service).addContract().addCatchAll();
    if (this.props.cors) routes.addPreflight();
    this.throttleRoutes(stage, routes);
    const { domainName, basePath } = this.props;
    return {
      ...service.config,
      url: domainName ? domainUrl(domainName.name, basePath) : `${httpApi.apiEndpoint}${stagePath(stage.stageName)}`,
      executeArn: httpExecuteArn(httpApi, stage.stageName),
    };
  }

  private stage(scope: Construct, httpApi: apigatewayv2.HttpApi): apigatewayv2.HttpStage {
    const { stageName = '$default', throttle, domainName, basePath } = this.props;
    return new apigatewayv2.HttpStage(scope, 'Stage', {
      httpApi,
      stageName,
      autoDeploy: true,
      throttle,
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new apigatewayv2.LogGroupLogDestination(accessLogs(scope, this.props.logRetention)),
        format: HTTP_ACCESS_LOG,
      },
      domainMapping: domainName && { domainName, mappingKey: basePath },
    });
  }

  private preflight({ auth }: Service): apigatewayv2.CorsPreflightOptions | undefined {
    const { cors } = this.props;
    return cors && {
      allowOrigins: cors.origins,
      allowMethods: ALLOWED_METHODS.map((method) => apigatewayv2.CorsHttpMethod[method]),
      allowHeaders: allowedHeaders(auth.headers),
      exposeHeaders: EXPOSED_HEADERS,
      maxAge: cors.maxAge ?? DEFAULT_MAX_AGE,
    };
  }

  /** CDK has no property for it. A setting of a route that is not there yet fails: "Unable to find Route by key". */
  private throttleRoutes(stage: apigatewayv2.HttpStage, routes: HttpRoutes): void {
    const { routeThrottles = [] } = this.props;
    if (routeThrottles.length === 0) return;
    const cfnStage = stage.node.defaultChild as apigatewayv2.CfnStage;
    cfnStage.routeSettings = Object.fromEntries(routeThrottles.map(({ route, rateLimit, burstLimit }) => {
      const { method, path } = ROUTES.find(({ id }) => id === route)!;
      // The names as CloudFormation has them: this property is free JSON to it.
      return [`${method} ${path}`, { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit, DetailedMetricsEnabled: true }];
    }));
    for (const { route } of routeThrottles) cfnStage.addDependency(routes.find(route).node.defaultChild as apigatewayv2.CfnRoute);
  }
}

/** The routes of an HTTP API in front of a service. */
export function httpRoutes(scope: Construct, httpApi: apigatewayv2.IHttpApi, { auth, functions }: Service): HttpRoutes {
  const { authorizer, uploadScopes, queryScopes } = auth;
  if (!authorizer) {
    invalid('AUTH_NEEDS_REST_API', "'auth' of an HTTP API must have an 'authorizer', got one for REST APIs only");
  }
  return new HttpRoutes(scope, { httpApi, authorizer, uploadScopes, queryScopes, functions });
}

export function stagePath(stageName: string): string {
  return stageName === '$default' ? '' : `/${stageName}`;
}

export function httpExecuteArn(httpApi: apigatewayv2.IHttpApi, stageName: string): string {
  return Stack.of(httpApi).formatArn({ service: 'execute-api', resource: httpApi.apiId, resourceName: stageName });
}

/** API Gateway Developer Guide, "Create a stage for an HTTP API". */
function validateStageName(name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name) || name === '$default') return;
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(name)) {
    invalid('INVALID_STAGE_NAME', `'stageName' must be '$default', or 1 to 128 letters, digits, '-' and '_', got '${name}'`);
  }
}
