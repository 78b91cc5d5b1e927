import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Size, Stack, StackProps } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  Column, RecordKeys, RecordSchema, Tenancy, UploadApi, UploadAuth, UploadIngestPipeline, UploadOwnership, UploadProcessor,
} from 'cdk-upload-ingest';

/** A whole CPU: a password takes a third of a second of it. */
const PASSWORD_MEMORY = 1769;

/**
 * Librarians log in with a name and a password from a table, and upload lists of their library's books; everybody can look a
 * book up. One HTTP API has the login, the pipeline's routes and the public one.
 */
export class UserTableLogin extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);

    const users = new dynamodb.TableV2(this, 'Users', {
      partitionKey: { name: 'name', type: dynamodb.AttributeType.STRING },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const secret = new secretsmanager.Secret(this, 'TokenSecret', {
      description: 'Signs the tokens of librarians', generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });

    const api = new apigatewayv2.HttpApi(this, 'Api');
    const books = new UploadIngestPipeline(this, 'Books', {
      api: UploadApi.fromHttpApi(api, { auth: UploadAuth.sharedSecret(secret, { uploadScopes: ['upload'], queryScopes: ['query'] }) }),
      tenancy: Tenancy.fromClaim('library', { ownership: UploadOwnership.USER }),
      processor: UploadProcessor.records({
        schema: RecordSchema.of([
          Column.string('isbn', { required: true, pattern: '97[89][0-9]{10}' }),
          Column.string('title', { required: true, maxLength: 500 }),
          Column.string('author', { maxLength: 500 }),
          Column.integer('year', { min: 0, max: 2100 }),
        ]),
        keys: RecordKeys.of({ partitionKey: 'BOOK#{isbn}' }),
      }),
      maxFileSize: Size.mebibytes(10),
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const login = this.addFunction('Login', 'login', PASSWORD_MEMORY, { USERS_TABLE_NAME: users.tableName, SECRET_ARN: secret.secretArn });
    users.grant(login, 'dynamodb:GetItem');
    secret.grantRead(login);

    const addUser = this.addFunction('AddUser', 'add_user', PASSWORD_MEMORY, { USERS_TABLE_NAME: users.tableName });
    users.grant(addUser, 'dynamodb:PutItem');

    const catalog = this.addFunction('PublicCatalog', 'catalog', 256, { QUERY_TABLE_NAME: books.queryTable.tableName });
    books.queryTable.grant(catalog, 'dynamodb:GetItem');

    this.addPublicRoute(api, 'POST /login', login, { throttlingRateLimit: 10, throttlingBurstLimit: 20 });
    this.addPublicRoute(api, 'GET /catalog/{library}/{isbn}', catalog, { throttlingRateLimit: 100, throttlingBurstLimit: 200 });

    new CfnOutput(this, 'ApiUrl', { value: books.apiUrl! });
    new CfnOutput(this, 'AddUserFunctionName', { value: addUser.functionName });
    new CfnOutput(this, 'TokenSecretArn', { value: secret.secretArn });
  }

  private addFunction(id: string, module: string, memorySize: number, environment: Record<string, string>): lambda.Function {
    return new lambda.Function(this, id, {
      runtime: lambda.Runtime.PYTHON_3_13,
      handler: `${module}.handler`,
      code: lambda.Code.fromAsset(join(__dirname, 'functions'), { exclude: ['__pycache__'] }),
      environment,
      memorySize,
      timeout: Duration.seconds(10),
    });
  }

  /** A route without an authorizer, and with a limit of its own: over all callers, since an HTTP API knows no other. */
  private addPublicRoute(
    api: apigatewayv2.HttpApi, route: string, fn: lambda.Function, limit: apigatewayv2.CfnStage.RouteSettingsProperty,
  ): void {
    const [method, path] = route.split(' ');
    const routes = api.addRoutes({
      path, methods: [method as apigatewayv2.HttpMethod], integration: new HttpLambdaIntegration(`${fn.node.id}Integration`, fn),
    });
    const stage = api.defaultStage!.node.defaultChild as apigatewayv2.CfnStage;
    stage.routeSettings = { ...(stage.routeSettings as Record<string, unknown> | undefined), [route]: limit };
    // A stage cannot limit a route that is not there yet.
    routes.forEach((added) => stage.node.addDependency(added));
  }
}
