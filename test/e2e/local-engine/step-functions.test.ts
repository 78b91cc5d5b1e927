import { randomUUID } from 'node:crypto';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { awsJson } from '../../support/aws-request';
import { inlineFunction } from '../../support/inline-function';
import { deployApp } from '../../support/local-engine';

/** Fails with an error of the name that it is told, or answers with text of some length. */
const CODE = `exports.handler = async ({ name, length = 0 }) => {
  if (name) {
    const error = new Error('as told');
    error.name = name;
    throw error;
  }
  return 'x'.repeat(length);
};`;

let machines: Readonly<Record<string, string>>;

beforeAll(async () => {
  const { outputs } = await deployApp((app) => {
    const stack = new Stack(app, 'StepFunctions');
    const fn = inlineFunction(stack, 'Fn', CODE);
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
    fn.grantInvoke(role);
    const nobody = new iam.Role(stack, 'Nobody', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
    const add = (id: string, states: object, as: iam.IRole = role) => {
      const definition = stack.toJsonString({ StartAt: 'First', States: states });
      const machine = new sfn.StateMachine(stack, id, { definitionBody: sfn.DefinitionBody.fromString(definition), role: as });
      new CfnOutput(stack, `${id}Arn`, { value: machine.stateMachineArn });
    };
    const task = { Type: 'Task', Resource: fn.functionArn, End: true };
    add('Call', { First: { ...task, Catch: [{ ErrorEquals: ['Expected'], Next: 'Caught' }] }, Caught: { Type: 'Pass', Result: 'caught', End: true } });
    add('Context', { First: { Type: 'Pass', Parameters: { 'redrives.$': '$$.Execution.RedriveCount', 'name.$': '$$.Execution.Name' }, End: true } });
    add('Wait', { First: { Type: 'Wait', Seconds: 60, End: true } });
    add('Forbidden', { First: task }, nobody);
    add('Map', {
      First: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'One', States: { One: { Type: 'Pass', End: true } } },
        End: true,
      },
    });
  });
  machines = outputs;
}, 300_000);

interface Execution {
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

function call<T>(operation: string, body: object): Promise<T> {
  return awsJson<T>('states', `AWSStepFunctions.${operation}`, body);
}

function start(machine: string, input: object, name: string = randomUUID()): Promise<{ executionArn: string; startDate: number }> {
  return call('StartExecution', { stateMachineArn: machines[`${machine}Arn`], name, input: JSON.stringify(input) });
}

async function run(machine: string, input: object = {}): Promise<Execution> {
  const { executionArn } = await start(machine, input);
  for (;;) {
    const execution = await call<Execution>('DescribeExecution', { executionArn });
    if (execution.status !== 'RUNNING') return execution;
  }
}

test('errors of a function are told apart by their names', async () => {
  expect(await run('Call', { name: 'Expected' })).toMatchObject({ status: 'SUCCEEDED', output: '"caught"' });
  expect(await run('Call', { name: 'Other' })).toMatchObject({ status: 'FAILED', error: 'Other', cause: expect.stringContaining('as told') as string });
});

test('a state may hand on 256 KiB and no more', async () => {
  expect((await run('Call', { length: 262_142 })).status).toBe('SUCCEEDED');
  expect(await run('Call', { length: 262_143 })).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
});

test('an execution that nobody has redriven says so', async () => {
  expect(JSON.parse((await run('Context')).output!)).toMatchObject({ redrives: 0 });
});

test('what runs already is started once, if it is the same', async () => {
  const name = randomUUID();
  const first = await start('Wait', { a: 1 }, name);
  expect(await start('Wait', { a: 1 }, name)).toEqual(first);
  await expect(start('Wait', { a: 2 }, name)).rejects.toThrow('ExecutionAlreadyExists');
  await call('StopExecution', { executionArn: first.executionArn });
  await expect(start('Wait', { a: 1 }, name)).rejects.toThrow('ExecutionAlreadyExists');
});

test('a machine does what its role may do, and no more', async () => {
  expect(await run('Forbidden')).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('not authorized to perform: lambda:InvokeFunction') as string });
  expect(await run('Map', { items: [1] })).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('states:StartExecution') as string });
});
