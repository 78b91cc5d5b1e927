import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { REQUEST_MODELS_FILE } from '../contract';
import { ASSETS } from '../functions/function-code';

/** JSON schemas of request bodies by route id, which the build makes of the schemas that the handlers check with. */
type RequestModels = Readonly<Record<string, RequestModel>>;
type RequestModel = apigateway.JsonSchema & { readonly $schema?: string };

/** What an API checks the JSON bodies of its routes with, before a function runs. */
export class RestModels {
  private readonly schemas = readModels();
  private readonly validator: apigateway.IRequestValidator;

  public constructor(private readonly restApi: apigateway.RestApi) {
    this.validator = restApi.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true });
  }

  /** How the body of a route is checked; a body that may be left out is not, since API Gateway refuses an empty one. */
  public forRoute(id: string): Pick<apigateway.MethodOptions, 'requestModels' | 'requestValidator'> {
    const { $schema: _, ...schema } = this.schemas[id] ?? {};
    if (!needsBody(schema)) return {};
    const model = this.restApi.addModel(`${id}Model`, {
      contentType: 'application/json', schema: { ...schema, schema: apigateway.JsonSchemaVersion.DRAFT4 },
    });
    return { requestModels: { 'application/json': model }, requestValidator: this.validator };
  }
}

function readModels(): RequestModels {
  const file = join(ASSETS, REQUEST_MODELS_FILE);
  if (!existsSync(file)) throw new Error(`Cannot find ${file}: build the package first`);
  return JSON.parse(readFileSync(file, 'utf8')) as RequestModels;
}

function needsBody({ required = [], anyOf = [], oneOf = [] }: RequestModel): boolean {
  const choices = [...anyOf, ...oneOf];
  return required.length > 0 || (choices.length > 0 && choices.every(needsBody));
}
