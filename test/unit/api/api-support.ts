import { Template } from 'aws-cdk-lib/assertions';
import { ROUTES } from '../../../src/private/api/routes';
import { PipelineInStack, Resource, resources } from '../support';

type Properties = Resource['Properties'];

/** Routes of an HTTP API, or methods of a REST API, by `GET /uploads/{uploadId}`. */
export function callsOfApi(made: PipelineInStack): Record<string, Properties> {
  const template = Template.fromStack(made.stack);
  const routes = resources(template, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => [Properties.RouteKey as string, Properties]);
  return Object.fromEntries(routes.length > 0 ? routes : methods(template)) as Record<string, Properties>;
}

function methods(template: Template): [string, Properties][] {
  const tree = template.findResources('AWS::ApiGateway::Resource');
  const pathOf = (value: unknown): string => {
    const { Ref } = value as { Ref?: string };
    if (Ref === undefined) return '';
    const { ParentId, PathPart } = tree[Ref].Properties as { ParentId: unknown; PathPart: string };
    return `${pathOf(ParentId)}/${PathPart}`;
  };
  return resources(template, 'AWS::ApiGateway::Method').map(({ Properties }) => (
    [`${Properties.HttpMethod as string} ${pathOf(Properties.ResourceId)}`, Properties]
  ));
}

/** How the routes of each group are authorized: type, scopes, whether with a key. A group has one way, or all of its ways are told. */
export function authorizationsOf(made: PipelineInStack): Record<string, unknown> {
  const calls = callsOfApi(made);
  const ways = (group: string) => {
    const found = ROUTES.filter((route) => route.group === group).map(({ method, path }) => {
      const { AuthorizationType, AuthorizationScopes, ApiKeyRequired } = calls[`${method} ${path}`];
      return JSON.stringify([AuthorizationType, AuthorizationScopes ?? [], ApiKeyRequired ?? false]);
    });
    const different = [...new Set(found)].map((way) => JSON.parse(way) as unknown);
    return different.length === 1 ? different[0] : different;
  };
  return { upload: ways('upload'), query: ways('query'), public: ways('public') };
}
