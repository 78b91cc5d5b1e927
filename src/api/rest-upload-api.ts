import { Fn, Stack, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { accessLogs, REST_ACCESS_LOG } from '../private/api/access-logs';
import { validateCors } from '../private/api/cors';
import { domainUrl, validateDomain } from '../private/api/domain';
import { addProblemResponses } from '../private/api/rest-responses';
import { addRestRoutes } from '../private/api/rest-routes';
import { ROUTES } from '../private/api/routes';
import { validateRouteThrottles, validateThrottle } from '../private/api/throttles';
import { suppressNag } from '../private/nag-suppressions';
import { invalid } from '../private/validation';
import { serve, Service, validateApiOptions } from './serve';
import { UploadApiBindOptions, UploadApiConfig } from './upload-api';
import { GatewayLogging, RestUploadApiProps } from './upload-api-props';
import { GatewayKind } from './upload-auth-config';

const STAGE_AS_IT_IS = [
  { id: 'AwsSolutions-APIG3', reason: 'A web ACL is for the user to choose, and associated by the ARN of the stage: pipeline.apiStageArn.' },
  { id: 'AwsSolutions-APIG6', reason: 'Execution logs would hold paths with tokens, headers and bodies; access logs are on.' },
];
const LOGGING_POLICY = [
  { id: 'AwsSolutions-IAM4', reason: "API Gateway checks for the permissions of its own managed policy, and the role is the account's, not an API's." },
];

/** `UploadApi.rest()` */
export class RestUploadApi {
  public constructor(private readonly props: RestUploadApiProps) {
    validateApiOptions(props);
    validateThrottle('throttle', props.throttle);
    validateRouteThrottles(props.routeThrottles);
    validateCors(props.cors);
    validateDomain(props, /^[A-Za-z0-9$_.+!*'()-]+$/);
    validateStageName(props.stageName);
  }

  public bind(scope: Construct, options: UploadApiBindOptions): UploadApiConfig {
    const service = serve(scope, GatewayKind.REST, this.props, options, this.props.cors?.origins);
    const { cors } = this.props;
    const { methodOptions, uploadScopes, queryScopes, headers } = service.auth;
    if (!methodOptions) {
      invalid('AUTH_NEEDS_HTTP_API', "'auth' of a REST API must have 'methodOptions', got one for HTTP APIs only");
    }
    const restApi = this.restApi(scope, options);
    addRestRoutes({ restApi, methodOptions, uploadScopes, queryScopes, functions: service.functions, cors, headers });
    addProblemResponses(restApi, { signed: methodOptions.authorizationType === apigateway.AuthorizationType.IAM, cors });
    addUsagePlan(scope, restApi, service);
    const { stageName, stageArn } = restApi.deploymentStage;
    return {
      ...service.config,
      url: this.url(scope, restApi),
      executeArn: Stack.of(restApi).formatArn({ service: 'execute-api', resource: restApi.restApiId, resourceName: stageName }),
      stageArn,
      apiKeys: service.auth.usagePlan?.apiKeys,
    };
  }

  private restApi(scope: Construct, { serviceName, contentTypes }: UploadApiBindOptions): apigateway.RestApi {
    const { gatewayLogging = GatewayLogging.MANAGED } = this.props;
    const restApi = new apigateway.RestApi(scope, 'Api', {
      restApiName: serviceName,
      description: 'Uploads and their records',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      binaryMediaTypes: binaryTypes(contentTypes),
      cloudWatchRole: gatewayLogging === GatewayLogging.MANAGED,
      deployOptions: this.stageOptions(scope),
    });
    restApi.node.tryRemoveChild('Endpoint');
    suppressNag(restApi.deploymentStage, ...STAGE_AS_IT_IS);
    const role = restApi.node.tryFindChild('CloudWatchRole');
    if (role) suppressNag(role, ...LOGGING_POLICY);
    return restApi;
  }

  private stageOptions(scope: Construct): apigateway.StageOptions {
    const { stageName = 'prod', throttle, routeThrottles = [] } = this.props;
    return {
      stageName,
      throttlingRateLimit: throttle?.rateLimit,
      throttlingBurstLimit: throttle?.burstLimit,
      methodOptions: Object.fromEntries(routeThrottles.map(({ route, rateLimit, burstLimit }) => {
        const { method, path } = ROUTES.find(({ id }) => id === route)!;
        return [`${path}/${method}`, { throttlingRateLimit: rateLimit, throttlingBurstLimit: burstLimit, metricsEnabled: true }];
      })),
      metricsEnabled: true,
      // Its traces would hold paths and queries, and with them the tokens of sessions and the keys of records.
      tracingEnabled: false,
      accessLogDestination: new apigateway.LogGroupLogDestination(accessLogs(scope, this.props.logRetention)),
      accessLogFormat: REST_ACCESS_LOG,
    };
  }

  private url(scope: Construct, restApi: apigateway.RestApi): string {
    const { domainName, basePath } = this.props;
    const stage = restApi.deploymentStage;
    if (!domainName) {
      const { region, urlSuffix } = Stack.of(restApi);
      return Fn.join('', ['https://', restApi.restApiId, '.execute-api.', region, '.', urlSuffix, '/', stage.stageName]);
    }
    new apigateway.BasePathMapping(scope, 'BasePath', { domainName, restApi, stage, basePath });
    return domainUrl(domainName.domainName, basePath);
  }
}

/**
 * Bodies that are files reach the functions byte by byte, and not as text in some encoding. API Gateway knows no families of
 * content types for sure, only all; JSON is a document of ours, never a file.
 */
function binaryTypes(contentTypes: string[]): string[] {
  if (contentTypes.some((type) => type.endsWith('/*'))) return ['*/*'];
  return contentTypes.filter((type) => type !== 'application/json');
}

function addUsagePlan(scope: Construct, restApi: apigateway.RestApi, { auth }: Service): void {
  if (!auth.usagePlan) return;
  const { apiKeys, quota, throttle } = auth.usagePlan;
  const plan = new apigateway.UsagePlan(scope, 'UsagePlan', { quota, throttle, apiStages: [{ stage: restApi.deploymentStage }] });
  for (const key of apiKeys) plan.addApiKey(key);
}

/** API Gateway Developer Guide, "Create a stage". */
function validateStageName(name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) return;
  if (!/^[A-Za-z0-9_]{1,128}$/.test(name)) {
    invalid('INVALID_STAGE_NAME', `'stageName' of a REST API must be 1 to 128 letters, digits and '_', got '${name}'`);
  }
}
