import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Construct } from 'constructs';
import { warn } from '../private/warnings';

/** What the authorization tells the API. */
export interface UploadAuthConfig {
  /** Authorizer of every route but `/health`. */
  readonly authorizer: apigatewayv2.IHttpRouteAuthorizer;
}

/** Who may call the API. */
export abstract class UploadAuth {
  /** AWS identities: requests are signed with Signature Version 4, and `pipeline.grantUpload` and `grantQuery` let a role in. */
  public static iam(): UploadAuth {
    return new IamAuth();
  }

  /** Anybody who knows the URL, with the warning `cdk-upload-ingest:noAuthorization`. */
  public static none(): UploadAuth {
    return new NoAuth();
  }

  /** Called by the API, once. */
  public abstract bind(scope: Construct): UploadAuthConfig;
}

class IamAuth extends UploadAuth {
  public bind(_scope: Construct): UploadAuthConfig {
    return { authorizer: new HttpIamAuthorizer() };
  }
}

class NoAuth extends UploadAuth {
  public bind(scope: Construct): UploadAuthConfig {
    warn(scope, 'noAuthorization', 'The API is open: anybody who knows its URL can upload files and read records');
    return { authorizer: new apigatewayv2.HttpNoneAuthorizer() };
  }
}
