import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IConstruct } from 'constructs';
import { suppressNag } from '../nag-suppressions';
import { fanOutDefinition, FanOutPlan, MAP_LABELS } from './fan-out-definition';

export interface FanOutMachineProps extends Omit<FanOutPlan, 'functionArn'> {
  /** What does the work of every state. */
  readonly worker: lambda.IFunction;
  readonly logRetention?: logs.RetentionDays;
}

/** The state machine that fans uploads out, with a role for exactly what it does. */
export class FanOutMachine extends Construct {
  private readonly machine: sfn.StateMachine;

  public constructor(scope: Construct, id: string, props: FanOutMachineProps) {
    super(scope, id);
    const { worker, logRetention, ...plan } = props;
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
    iam.Grant.addToPrincipal({ grantee: role, actions: ['lambda:InvokeFunction'], resourceArns: [worker.functionArn] });
    const definition = Stack.of(this).toJsonString(fanOutDefinition({ ...plan, functionArn: worker.functionArn }));
    this.machine = new sfn.StateMachine(this, 'StateMachine', {
      comment: 'Works on an upload in ranges of its files, at the same time',
      definitionBody: sfn.DefinitionBody.fromString(definition),
      role,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          retention: logRetention ?? logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
        // Ids of uploads only, but nobody needs them there.
        includeExecutionData: false,
      },
    });
    suppressNag(this.machine, {
      id: 'AwsSolutions-SF2', reason: 'The upload shows how far it is, and the logs show every step; a trace of thousands of ranges shows neither better.',
    });
    suppressNag(role.node.findChild('DefaultPolicy'), {
      id: 'AwsSolutions-IAM5',
      reason: 'Whoever has logs delivered needs these permissions for CloudWatch Logs as such (Step Functions Developer Guide, "IAM policies for logging").',
      findings: ['^Resource::\\*$'],
    });
    this.allowMaps(role);
    this.reportEnd(worker);
  }

  /** May start executions and ask how they are, and nothing else. */
  public grantUse(grantee: lambda.IFunction): void {
    iam.Grant.addToPrincipal({ grantee, actions: ['states:StartExecution'], resourceArns: [this.stateMachineArn] });
    iam.Grant.addToPrincipal({ grantee, actions: ['states:DescribeExecution'], resourceArns: [this.executions(':*')] });
    const policy = grantee.role?.node.tryFindChild('DefaultPolicy');
    if (policy) suppressExecutions(policy, 'Every upload that is fanned out has an execution of its own.');
  }

  public get stateMachineArn(): string {
    return this.machine.stateMachineArn;
  }

  /**
   * A Distributed Map starts an execution for each of its items, as the role of the machine (Step Functions Developer Guide, "IAM
   * policies for using Distributed Map states"). A policy of its own: the role's would need the machine, which needs the role.
   */
  private allowMaps(role: iam.IRole): void {
    const policy = new iam.Policy(this, 'MapPolicy', { roles: [role] });
    const allow = (actions: string[], resources: string[]) => policy.addStatements(new iam.PolicyStatement({ actions, resources }));
    allow(['states:StartExecution'], [this.stateMachineArn]);
    allow(['states:DescribeExecution', 'states:StopExecution'], [this.executions(':*')]);
    allow(['states:RedriveExecution'], MAP_LABELS.map((label) => this.executions(`/${label}:*`)));
    suppressExecutions(policy, 'A Distributed Map has an execution for each of its items, whose names Step Functions makes up.');
  }

  /**
   * An execution that somebody stops, or whose retries are used up, tells the upload: nothing else would for some minutes. An event may
   * come late, so the function asks whether the execution has been redriven. A policy of its own: the function waits for that of its
   * role, and the machine for the function.
   */
  private reportEnd(worker: lambda.IFunction): void {
    const policy = new iam.Policy(this, 'EndPolicy', {
      roles: [worker.role!],
      statements: [new iam.PolicyStatement({ actions: ['states:DescribeExecution'], resources: [this.executions(':*')] })],
    });
    suppressExecutions(policy, 'Every upload that is fanned out has an execution of its own.');
    new events.Rule(this, 'Ended', {
      description: 'Ends uploads whose fan-out has failed',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [this.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      targets: [new targets.LambdaFunction(worker, {
        event: events.RuleTargetInput.fromObject({
          task: 'end', execution: events.EventField.fromPath('$.detail.name'), executionArn: events.EventField.fromPath('$.detail.executionArn'),
        }),
      })],
    });
  }

  private executions(suffix: string): string {
    return Stack.of(this).formatArn({
      service: 'states', resource: 'execution', resourceName: `${this.machine.stateMachineName}${suffix}`, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

function suppressExecutions(policy: IConstruct, reason: string): void {
  suppressNag(policy, { id: 'AwsSolutions-IAM5', reason, findings: ['^Resource::arn:.+:states:.+:execution:.+:\\*$'] });
}
