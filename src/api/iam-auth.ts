import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Construct } from 'constructs';
import { warn } from '../private/warnings';
import { UploadAuth } from './upload-auth';
import { CallerIdentity, UploadAuthBindOptions, UploadAuthConfig } from './upload-auth-config';

/** `UploadAuth.iam()` */
export class IamAuth implements UploadAuth {
  public bind(_scope: Construct, _options: UploadAuthBindOptions): UploadAuthConfig {
    return {
      authorizer: new HttpIamAuthorizer(),
      methodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
      identity: CallerIdentity.NAME,
    };
  }
}

/** `UploadAuth.none()` */
export class NoAuth implements UploadAuth {
  public bind(scope: Construct, _options: UploadAuthBindOptions): UploadAuthConfig {
    warn(scope, 'noAuthorization', 'The API is open: anybody who knows its URL can upload files and read records');
    return {
      authorizer: new apigatewayv2.HttpNoneAuthorizer(),
      methodOptions: { authorizationType: apigateway.AuthorizationType.NONE },
      identity: CallerIdentity.NAME,
    };
  }
}
