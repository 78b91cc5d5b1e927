import { Stack } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import { httpExecuteArn, httpRoutes, stagePath } from './http-upload-api';
import { serve, validateApiOptions } from './serve';
import { UploadApiBindOptions, UploadApiConfig } from './upload-api';
import { ExistingHttpApiProps } from './upload-api-props';
import { GatewayKind } from './upload-auth-config';

/** `UploadApi.fromHttpApi()` */
export class ExistingHttpApi {
  public constructor(private readonly httpApi: apigatewayv2.IHttpApi, private readonly props: ExistingHttpApiProps) {
    validateApiOptions(props);
  }

  public bind(scope: Construct, options: UploadApiBindOptions): UploadApiConfig {
    const { stageName = '$default' } = this.props;
    const service = serve(scope, GatewayKind.HTTP, this.props, options);
    httpRoutes(scope, this.httpApi, service).addContract();
    return {
      ...service.config,
      url: `${endpoint(this.httpApi)}${stagePath(stageName)}`,
      executeArn: httpExecuteArn(this.httpApi, stageName),
    };
  }
}

/** An imported API throws when it was imported without its endpoint; the default one follows from its id. */
function endpoint(httpApi: apigatewayv2.IHttpApi): string {
  try {
    return httpApi.apiEndpoint;
  } catch {
    const { region, urlSuffix } = Stack.of(httpApi);
    return `https://${httpApi.apiId}.execute-api.${region}.${urlSuffix}`;
  }
}
