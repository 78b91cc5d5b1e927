import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, Lazy, Size } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  Column, DuplicateKeys, FanOut, FanOutOptions, FileFormat, IngestQueue, Quoting, RecordKeys, RecordSchema, RecordsProcessorProps,
  RejectPolicy, RowTransform, UploadIngestPipelineProps, UploadProcessor,
} from '../../../src';
import { findings } from '../pipeline/nag';
import { codeOf, environment, pipelineInStack, recordModelOf, rendered } from '../support';

const SKU = { schema: RecordSchema.of([Column.string('sku')]), keys: RecordKeys.of({ partitionKey: '{sku}' }) };

function withFanOut(props: RecordsProcessorProps = {}, more: UploadIngestPipelineProps = {}) {
  return pipelineInStack(() => ({ ...more, processor: UploadProcessor.records(props) }));
}

interface State {
  readonly [name: string]: unknown;
  readonly MaxConcurrency: number;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly Retry: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[];
  readonly ItemProcessor: { readonly States: Readonly<Record<string, State>> };
}

/** The states of the machine, in the Amazon States Language. */
function statesOf({ stack }: ReturnType<typeof pipelineInStack>): Readonly<Record<string, State>> {
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  return (JSON.parse(rendered(stack, Properties.DefinitionString)) as { States: Record<string, State> }).States;
}

function machines({ stack }: ReturnType<typeof pipelineInStack>): number {
  return Object.keys(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine')).length;
}

test('a time limit that comes late is taken for the longest there is', () => {
  const states = statesOf(withFanOut({ timeout: Duration.seconds(Lazy.number({ produce: () => 30 })) }));
  expect(states.Cut.Parameters.rangeSize).toBe(67_108_864);
  const [, taken] = states.Ingest.ItemProcessor.States.IngestRange.Retry;
  expect(taken).toMatchObject({ ErrorEquals: ['RangeTaken'], MaxAttempts: 910 });
});

describe('by default', () => {
  const made = pipelineInStack();
  const states = statesOf(made);

  test('uploads above a gibibyte are fanned out into ranges of 64 MiB, ten at a time', () => {
    expect(environment(made, 'Processor')).toMatchObject({ FAN_OUT_ABOVE_BYTES: '1073741824', FAN_OUT_STATE_MACHINE_ARN: 'X/FanOut/StateMachine' });
    expect(states.Cut.Parameters.rangeSize).toBe(67_108_864);
    expect([states.Survey, states.Ingest].map((map) => [map.MaxConcurrency, map.ToleratedFailurePercentage])).toEqual([[10, 0], [10, 0]]);
  });

  test('both maps are distributed, and hand no results on', () => {
    for (const map of [states.Survey, states.Ingest]) {
      expect(map).toMatchObject({ Type: 'Map', ResultPath: null, ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } } });
    }
    expect(states.Survey.ItemProcessor.States.SurveyRange).toMatchObject({ Type: 'Task', Resource: 'X/RangeWorker.Arn', OutputPath: null });
  });

  test('what is over is not tried again, and whoever was killed is waited for', () => {
    const [over, taken, busy] = states.Ingest.ItemProcessor.States.IngestRange.Retry;
    expect(over).toEqual({ ErrorEquals: ['UploadEnded', 'UploadFailed'], MaxAttempts: 0 });
    // Five minutes, which is the processor's time limit, in steps of five seconds, and as often as a range is tried again.
    expect(taken).toMatchObject({ ErrorEquals: ['RangeTaken'], IntervalSeconds: 5, BackoffRate: 1, MaxAttempts: 310 });
    expect(busy).toMatchObject({ ErrorEquals: ['Lambda.TooManyRequestsException'], MaxDelaySeconds: 60, MaxAttempts: 1000 });
  });

  test('a range may ask about the execution that it is a part of', () => {
    for (const map of [states.Survey, states.Ingest]) expect(map.ItemSelector).toMatchObject({ 'executionArn.$': '$$.Execution.Id' });
    expect(states.Ingest.ItemProcessor.States.IngestRange.Parameters).toMatchObject({ 'executionArn.$': '$.executionArn' });
    expect(states.Finish.Parameters).toMatchObject({ 'executionArn.$': '$$.Execution.Id' });
  });

  test('an execution that fails tells the upload', () => {
    Template.fromStack(made.stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { 'source': ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'], 'detail': { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] } },
      Targets: [Match.objectLike({
        InputTransformer: {
          InputPathsMap: { 'detail-name': '$.detail.name', 'detail-executionArn': '$.detail.executionArn' },
          InputTemplate: '{"task":"end","execution":<detail-name>,"executionArn":<detail-executionArn>}',
        },
      })],
    });
  });

  test('whoever is told that an execution has failed may ask whether it has been redriven, and nothing else', () => {
    const policies = Object.values(Template.fromStack(made.stack).findResources('AWS::IAM::Policy')).map((policy) => rendered(made.stack, policy));
    const ofWorker = policies.filter((policy) => policy.includes('states:') && /RangeWorker/.test(policy) && !policy.includes('lambda:'));
    expect(ofWorker).toHaveLength(1);
    expect(ofWorker[0]).toContain('"Action":"states:DescribeExecution"');
    expect(ofWorker[0]).toContain('execution:');
  });

  test('everything is logged but what executions are about', () => {
    Template.fromStack(made.stack).hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: Match.absent(),
    });
  });

  test.each<[string, ReturnType<typeof pipelineInStack>]>([
    ['whose rows may have the same key', withFanOut(SKU)],
    ['whose files are no larger', pipelineInStack(() => ({ maxFileSize: Size.gibibytes(1) }))],
    ['that keeps order', pipelineInStack(() => ({ queue: IngestQueue.fifo() }))],
    ['that says so', withFanOut({ fanOut: FanOut.never() })],
    ["whose processor calls the user's function", pipelineInStack((stack) => ({
      processor: UploadProcessor.handler(lambda.Function.fromFunctionAttributes(stack, 'Mine', {
        functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:mine', sameEnvironment: true,
      })),
    }))],
  ])('there is none in a pipeline %s', (_case, without) => {
    expect(machines(without)).toBe(0);
    expect(environment(without, 'Processor')).toMatchObject({ FAN_OUT_ABOVE_BYTES: '0', FAN_OUT_STATE_MACHINE_ARN: '' });
  });
});

describe('asked for', () => {
  test('it has the options, the time limit, the memory, the model and the transform of the processor', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fan-out-'));
    writeFileSync(join(folder, 'rows.js'), 'module.exports = (row) => row;');
    const transform = RowTransform.module(join(folder, 'rows.js'));
    const made = withFanOut({
      fanOut: FanOut.above(Size.mebibytes(100), { concurrency: 500, rangeSize: Size.mebibytes(1), toleratedFailurePercentage: 5 }),
      timeout: Duration.seconds(30),
      memorySize: 512,
      transform,
    });
    const states = statesOf(made);
    expect(environment(made, 'Processor')).toMatchObject({ FAN_OUT_ABOVE_BYTES: '104857600' });
    expect(states.Survey).toMatchObject({ MaxConcurrency: 500, ToleratedFailurePercentage: 0 });
    expect(states.Ingest).toMatchObject({ MaxConcurrency: 500, ToleratedFailurePercentage: 5 });
    expect(states.Cut.Parameters.rangeSize).toBe(1_048_576);
    Template.fromStack(made.stack).hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Turns the rows of ranges of large files into records', Timeout: 30, MemorySize: 512,
    });
    expect(recordModelOf(made)).toMatchObject({ transform: 'module' });
    for (const file of ['record-model.json', 'transform.js']) {
      expect(readFileSync(join(codeOf(made, 'RangeWorker'), file))).toEqual(readFileSync(join(codeOf(made, 'Processor'), file)));
    }
    rmSync(folder, { recursive: true });
  });

  test.each<[FanOutOptions, number | undefined, number]>([
    [{}, undefined, 10],
    [{ totalConcurrency: 4 }, 4, 4],
    [{ totalConcurrency: 100 }, 100, 10],
    [{ concurrency: 100, totalConcurrency: 100 }, 100, 100],
  ])('of %j ranges of all uploads together as many at a time as are reserved', (options, reserved, concurrency) => {
    const made = withFanOut({ fanOut: FanOut.always(options) });
    Template.fromStack(made.stack).hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Turns the rows of ranges of large files into records', ReservedConcurrentExecutions: reserved ?? Match.absent(),
    });
    expect(statesOf(made).Ingest.MaxConcurrency).toBe(concurrency);
  });

  test('a number of all uploads together that comes late is reserved', () => {
    const made = withFanOut({ fanOut: FanOut.always({ totalConcurrency: Lazy.number({ produce: () => 3 }) }) });
    Template.fromStack(made.stack).hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 3 });
    expect(statesOf(made).Ingest.MaxConcurrency).toBe(10);
  });

  test('every upload may be', () => {
    expect(environment(withFanOut({ fanOut: FanOut.always() }), 'Processor').FAN_OUT_ABOVE_BYTES).toBe('0');
    expect(machines(withFanOut({ fanOut: FanOut.always() }, { maxFileSize: Size.mebibytes(1) }))).toBe(1);
  });

  test.each<[string, RecordsProcessorProps]>([
    ['keys that are unique per row', { keys: RecordKeys.of({ partitionKey: '{uploadId}', sortKey: '{row}' }) }],
    ['keys that nobody checks', { ...SKU, duplicateKeys: DuplicateKeys.UNCHECKED }],
    ['one of its formats', { formats: [FileFormat.json(), FileFormat.ndjson()] }],
  ])('it takes %s', (_case, props) => {
    expect(machines(withFanOut({ ...props, fanOut: FanOut.always() }))).toBe(1);
  });

  test.each<[string, RecordsProcessorProps]>([
    ["which of two rows with one key is the later one matters: let the keys be unique per row ('{row}'), or use DuplicateKeys.UNCHECKED", SKU],
    ['which of two rows with one key is the later one matters', { ...SKU, duplicateKeys: DuplicateKeys.LAST_WINS }],
    ["values of the column 'id' must be unique", { schema: RecordSchema.of([Column.string('id', { unique: true })]) }],
    ['all rows must be known to be good', { rejects: RejectPolicy.none() }],
    ['its formats do not let a row be found from the middle of a file', { formats: [FileFormat.json()] }],
    ['its formats do not let a row be found', { formats: [FileFormat.csv({ comment: '#' })] }],
    ['its formats do not let a row be found', { formats: [FileFormat.csv({ quoting: Quoting.of('"', '\\') })] }],
  ])('it is refused because %s', (reason, props) => {
    expect(() => withFanOut({ ...props, fanOut: FanOut.always() })).toThrow(`'fanOut' must be FanOut.never() because ${reason}`);
    expect(() => withFanOut({ ...props, fanOut: FanOut.above(Size.gibibytes(2)) })).toThrow(/got FanOut\.above \[FAN_OUT_NEEDS_INDEPENDENT_ROWS\]$/);
    expect(() => withFanOut({ ...props, fanOut: FanOut.never() })).not.toThrow();
  });

  test('it keeps no order', () => {
    expect(() => withFanOut({ fanOut: FanOut.always() }, { queue: IngestQueue.fifo() })).toThrow(
      "'fanOut' must be FanOut.never() with IngestQueue.fifo(): the queue would send the next upload while the ranges of this one are worked on [FAN_OUT_KEEPS_NO_ORDER]",
    );
  });

  test('cdk-nag finds nothing', () => {
    expect(findings(withFanOut({ fanOut: FanOut.always({ concurrency: 10_000 }) }).stack)).toEqual([]);
  });
});

describe('limits', () => {
  test.each([1, 10_000])('%d ranges at the same time', (concurrency) => {
    expect(FanOut.always({ concurrency }).options.concurrency).toBe(concurrency);
  });

  test.each([0, 10_001, 1.5])('not %d ranges at the same time', (concurrency) => {
    expect(() => FanOut.always({ concurrency })).toThrow(`'concurrency' must be a whole number between 1 and 10000, got ${concurrency}`);
  });

  test.each([1, 100_000])('%d ranges of all uploads together', (totalConcurrency) => {
    expect(FanOut.always({ totalConcurrency }).options.totalConcurrency).toBe(totalConcurrency);
  });

  test.each([0, 100_001, 1.5])('not %d ranges of all uploads together', (totalConcurrency) => {
    expect(() => FanOut.always({ totalConcurrency })).toThrow(`'totalConcurrency' must be a whole number between 1 and 100000, got ${totalConcurrency}`);
  });

  test('no more ranges of one upload than of all together', () => {
    expect(() => FanOut.always({ concurrency: 20, totalConcurrency: 20 })).not.toThrow();
    expect(() => FanOut.always({ concurrency: 21, totalConcurrency: 20 })).toThrow(
      "'concurrency' must be at most 'totalConcurrency', which is 20, got 21: the ranges of one upload would wait for each other [FAN_OUT_CONCURRENCY]",
    );
  });

  test('ranges of 1 MiB to 5 GiB', () => {
    for (const size of [Size.mebibytes(1), Size.gibibytes(5)]) expect(FanOut.always({ rangeSize: size }).options.rangeSize).toBe(size);
    expect(() => FanOut.always({ rangeSize: Size.bytes(1_048_575) })).toThrow("'rangeSize' must be between 1048576 and 5368709120 whole bytes, got 1048575");
    expect(() => FanOut.always({ rangeSize: Size.gibibytes(6) })).toThrow("'rangeSize' must be between");
  });

  test('ranges that are read at 25 MiB a second within the time limit of a function', () => {
    const with30 = (fanOut: FanOut) => () => withFanOut({ fanOut, timeout: Duration.seconds(30) });
    expect(with30(FanOut.always({ rangeSize: Size.mebibytes(750) }))).not.toThrow();
    expect(with30(FanOut.always({ rangeSize: Size.mebibytes(751) }))).toThrow(
      "'rangeSize' must be at most 786432000 bytes, so that the processor reads a range at 25 MiB a second within its timeout of 30 seconds, got 787480576: "
      + "let ranges be smaller, or 'timeout' longer [FAN_OUT_RANGE_TOO_LARGE]",
    );
    expect(with30(FanOut.never())).not.toThrow();
    expect(statesOf(withFanOut({ timeout: Duration.seconds(1) })).Cut.Parameters.rangeSize).toBe(26_214_400);
  });

  test('files whose 5,000th part is such a range', () => {
    const upTo = (gibibytes: number, props: RecordsProcessorProps = {}) => () => (
      withFanOut({ timeout: Duration.seconds(30), ...props }, { maxFileSize: Size.gibibytes(gibibytes) })
    );
    const asked = { fanOut: FanOut.above(Size.gibibytes(1)) };
    expect(upTo(3662, asked)).not.toThrow();
    expect(upTo(3663, asked)).toThrow(/^'maxFileSize' must be at most 3932160000000 bytes in 5000 ranges, .* got 3933116301312: let 'timeout' be longer, or use FanOut\.never\(\) \[FAN_OUT_RANGE_TOO_LARGE\]$/);
    expect(upTo(50_000, { ...asked, timeout: Duration.minutes(15) })).not.toThrow();
    // Nobody asked for it: such files go on in one line.
    expect([3662, 3663].map((gibibytes) => machines(upTo(gibibytes)()))).toEqual([1, 0]);
  });

  test('0 to 100 % of ranges that may fail', () => {
    for (const toleratedFailurePercentage of [0, 100]) expect(() => FanOut.always({ toleratedFailurePercentage })).not.toThrow();
    expect(() => FanOut.always({ toleratedFailurePercentage: 101 })).toThrow("'toleratedFailurePercentage' must be a whole number between 0 and 100, got 101");
  });
});
