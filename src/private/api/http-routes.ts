import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { suppressNag } from '../nag-suppressions';
import { publicReason } from './public-routes';
import { RouteFunction, RouteGroup, ROUTES } from './routes';

/** The functions behind the routes. */
export type RouteFunctions = Readonly<Record<RouteFunction, lambda.IFunction>>;

export interface RoutesProps {
  readonly httpApi: apigatewayv2.IHttpApi;
  readonly authorizer: apigatewayv2.IHttpRouteAuthorizer;
  readonly uploadScopes?: string[];
  readonly queryScopes?: string[];
  readonly functions: RouteFunctions;
}

const INTEGRATIONS: Readonly<Record<RouteFunction, string>> = {
  'upload-api': 'UploadIntegration', 'completion-api': 'CompletionIntegration', 'query-api': 'QueryIntegration',
};

/** Adds routes to an HTTP API. */
export class HttpRoutes {
  private readonly integrations: Readonly<Record<RouteFunction, HttpLambdaIntegration>>;
  private readonly routes = new Map<string, apigatewayv2.HttpRoute>();

  public constructor(private readonly scope: Construct, private readonly props: RoutesProps) {
    // One permission per function, not one per route: they would all say the same.
    const integrate = (name: RouteFunction) => (
      new HttpLambdaIntegration(INTEGRATIONS[name], props.functions[name], { scopePermissionToRoute: false })
    );
    this.integrations = {
      'upload-api': integrate('upload-api'), 'completion-api': integrate('completion-api'), 'query-api': integrate('query-api'),
    };
  }

  /** Every route of the HTTP contract. */
  public addContract(): this {
    for (const { id, method, path, group, servedBy } of ROUTES) {
      const routeKey = apigatewayv2.HttpRouteKey.with(path, apigatewayv2.HttpMethod[method]);
      const route = new apigatewayv2.HttpRoute(this.scope, id, {
        httpApi: this.props.httpApi, routeKey, integration: this.integrations[servedBy], ...this.authorization(group),
      });
      if (group === 'public') suppressNag(route, publicReason(path));
      this.routes.set(id, route);
    }
    return this;
  }

  /** All other calls: API Gateway's own answer to a wrong path or method is no problem document. */
  public addCatchAll(): this {
    new apigatewayv2.HttpRoute(this.scope, 'AnyOther', {
      httpApi: this.props.httpApi,
      routeKey: apigatewayv2.HttpRouteKey.DEFAULT,
      integration: this.integrations['query-api'],
      authorizer: this.props.authorizer,
    });
    return this;
  }

  /**
   * Preflight requests, which have no credentials. API Gateway answers them itself where no route matches, but the catch-all
   * route does (Developer Guide, "Configuring CORS for an HTTP API with a $default route and an authorizer").
   */
  public addPreflight(): this {
    const route = new apigatewayv2.HttpRoute(this.scope, 'Preflight', {
      httpApi: this.props.httpApi,
      routeKey: apigatewayv2.HttpRouteKey.with('/{proxy+}', apigatewayv2.HttpMethod.OPTIONS),
      integration: this.integrations['query-api'],
      authorizer: new apigatewayv2.HttpNoneAuthorizer(),
    });
    suppressNag(route, PREFLIGHT);
    return this;
  }

  /** The route with this id of the contract. */
  public find(id: string): apigatewayv2.HttpRoute {
    return this.routes.get(id)!;
  }

  private authorization(group: RouteGroup): Pick<apigatewayv2.HttpRouteProps, 'authorizer' | 'authorizationScopes'> {
    if (group === 'public') return { authorizer: new apigatewayv2.HttpNoneAuthorizer() };
    const { authorizer, uploadScopes, queryScopes } = this.props;
    return { authorizer, authorizationScopes: group === 'upload' ? uploadScopes : queryScopes };
  }
}

const PREFLIGHT = {
  id: 'AwsSolutions-APIG4', reason: 'Browsers send preflight requests without credentials, and the answer tells what CORS allows and nothing else.',
};
