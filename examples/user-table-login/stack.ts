import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Size, Stack, StackProps } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
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

    const api = new apigatewayv2.HttpApi(this, 'Api', { createDefaultStage: false });
    const stage = api.addStage('Stage', { autoDeploy: true, accessLogSettings: this.accessLogs() });
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
    catalog.addToRolePolicy(new iam.PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [books.queryTable.tableArn] }));

    // Without an authorizer, and with limits of their own: over all callers, since an HTTP API knows no other.
    const routes = [
      ...api.addRoutes({ path: '/login', methods: [apigatewayv2.HttpMethod.POST], integration: new HttpLambdaIntegration('LoginIntegration', login) }),
      ...api.addRoutes({
        path: '/catalog/{library}/{isbn}',
        methods: [apigatewayv2.HttpMethod.GET],
        integration: new HttpLambdaIntegration('CatalogIntegration', catalog),
      }),
    ];
    const limits = stage.node.defaultChild as apigatewayv2.CfnStage;
    limits.routeSettings = {
      'POST /login': { throttlingRateLimit: 10, throttlingBurstLimit: 20 },
      'GET /catalog/{library}/{isbn}': { throttlingRateLimit: 100, throttlingBurstLimit: 200 },
    };
    // A stage cannot limit a route that is not there yet.
    limits.node.addDependency(...routes);

    new CfnOutput(this, 'ApiUrl', { value: books.apiUrl! });
    new CfnOutput(this, 'AddUserFunctionName', { value: addUser.functionName });
    new CfnOutput(this, 'TokenSecretArn', { value: secret.secretArn });
  }

  private addFunction(id: string, module: string, memorySize: number, environment: Record<string, string>): lambda.Function {
    return new lambda.Function(this, id, {
      runtime: lambda.Runtime.PYTHON_3_14,
      handler: `${module}.handler`,
      code: lambda.Code.fromAsset(join(__dirname, 'functions'), { exclude: ['__pycache__'] }),
      environment,
      memorySize,
      timeout: Duration.seconds(10),
    });
  }

  /** Routes, never paths: those of capability URLs (`/u/{token}/…`) are secrets. */
  private accessLogs(): apigatewayv2.IAccessLogSettings {
    return {
      destination: new apigatewayv2.LogGroupLogDestination(new logs.LogGroup(this, 'AccessLogs', {
        retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY,
      })),
      format: AccessLogFormat.custom(JSON.stringify({
        requestId: '$context.requestId',
        requestTime: '$context.requestTime',
        sourceIp: '$context.identity.sourceIp',
        routeKey: '$context.routeKey',
        status: '$context.status',
      })),
    };
  }
}
