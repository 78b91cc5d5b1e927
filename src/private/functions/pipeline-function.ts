import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Env, METRIC_NAMESPACE } from '../contract';
import { suppressNag } from '../nag-suppressions';

export interface PipelineFunctionProps {
  readonly code: lambda.Code;
  readonly description: string;
  /** Name under which the function's logs and metrics appear. */
  readonly serviceName: string;
  readonly environment: Record<string, string>;
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly logRetention?: logs.RetentionDays;
  readonly tracing?: lambda.Tracing;
}

const TRACES_HAVE_NO_ARN = {
  id: 'AwsSolutions-IAM5',
  reason: 'Traces go to AWS X-Ray as such, which has no resources to name.',
  findings: ['^Resource::\\*$'],
};

/** A function with a log group that ends, and a role that may write to it and to nothing else. */
export class PipelineFunction extends lambda.Function {
  public constructor(scope: Construct, id: string, props: PipelineFunctionProps) {
    const { tracing = lambda.Tracing.DISABLED } = props;
    const isTraced = tracing !== lambda.Tracing.DISABLED;
    const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new logs.LogGroup(scope, `${id}Logs`, {
      retention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      description: props.description,
      role,
      logGroup,
      memorySize: props.memorySize,
      timeout: props.timeout,
      tracing,
      environment: {
        ...props.environment,
        ...(isTraced && { [Env.TRACING]: 'true' }),
        POWERTOOLS_SERVICE_NAME: props.serviceName,
        POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
      },
    });
    // The managed policy AWSLambdaBasicExecutionRole would let the function write to every log group of the account.
    logGroup.grantWrite(role);
    if (isTraced) suppressNag(role.node.findChild('DefaultPolicy'), TRACES_HAVE_NO_ARN);
  }
}
