export interface FanOutPlan {
  readonly functionArn: string;
  readonly concurrency: number;
  readonly rangeSize: number;
  readonly toleratedFailurePercentage: number;
  readonly timeoutSeconds: number;
}

/** The two Distributed Maps, whose labels are part of the names of their executions. */
export const MAP_LABELS = ['Survey', 'Ingest'] as const;

/** What an execution is started with. */
const UPLOAD = { 'uploadId.$': '$.uploadId', 'execution.$': '$.execution' } as const;
/** What every step is told: also how often somebody has redriven the execution that it is of. */
const FAN_OUT = { ...UPLOAD, 'redrives.$': '$$.Execution.RedriveCount' } as const;

const OF_RANGE = { ...FAN_OUT, 'range.$': '$.range' } as const;

/**
 * The state machine in the Amazon States Language. What goes from state to state are numbers of ranges: everything else about them is
 * in the status table, since a state may be given 256 KiB.
 */
export function fanOutDefinition(plan: FanOutPlan): object {
  const { functionArn, rangeSize, toleratedFailurePercentage } = plan;
  const task = { Type: 'Task', Resource: functionArn, Retry: retries(plan) };
  return {
    Comment: 'Works on an upload in ranges of its files, at the same time',
    StartAt: 'Cut',
    States: {
      Cut: { ...task, Parameters: { task: 'cut', ...FAN_OUT, rangeSize }, ResultPath: '$.cut', Next: 'Survey' },
      Survey: {
        ...map(plan, '$.cut.ranges'),
        Label: 'Survey',
        ToleratedFailurePercentage: 0,
        ItemProcessor: processor({ SurveyRange: { ...task, Parameters: { task: 'survey', ...OF_RANGE, rangeSize }, OutputPath: null, End: true } }),
        Next: 'Plan',
      },
      Plan: { ...task, Parameters: { 'task': 'plan', ...FAN_OUT, 'count.$': '$.cut.count' }, ResultPath: '$.plan', Next: 'Ingest' },
      Ingest: {
        ...map(plan, '$.plan.ranges'),
        Label: 'Ingest',
        ToleratedFailurePercentage: toleratedFailurePercentage,
        ItemProcessor: processor({
          IngestRange: { ...task, Parameters: { task: 'ingest', ...OF_RANGE }, ResultPath: '$.end', Next: 'IsDone' },
          IsDone: { Type: 'Choice', Choices: [{ Variable: '$.end.done', BooleanEquals: true, Next: 'Done' }], Default: 'IngestRange' },
          Done: { Type: 'Pass', OutputPath: null, End: true },
        }),
        Next: 'Finish',
      },
      Finish: { ...task, Parameters: { 'task': 'finish', ...FAN_OUT, 'count.$': '$.cut.count' }, End: true },
    },
  };
}

function map({ concurrency }: FanOutPlan, itemsPath: string) {
  return {
    Type: 'Map',
    ItemsPath: itemsPath,
    ItemSelector: { ...UPLOAD, 'range.$': '$$.Map.Item.Value' },
    MaxConcurrency: concurrency,
    ResultPath: null,
  };
}

function processor(states: Record<string, object>) {
  // Express workflows end after five minutes, and a range may take longer.
  return { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: Object.keys(states)[0], States: states };
}

/** Seconds between two looks whether a range is free again. */
const LOOK_SECONDS = 5;

/** The first that fits an error counts. An invocation that was killed could not give its range back, so others wait for its time limit. */
function retries({ timeoutSeconds }: FanOutPlan): object[] {
  const growing = { BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: 'FULL' };
  return [
    { ErrorEquals: ['UploadEnded', 'UploadFailed'], MaxAttempts: 0 },
    { ErrorEquals: ['RangeTaken'], IntervalSeconds: LOOK_SECONDS, BackoffRate: 1, MaxAttempts: Math.ceil(timeoutSeconds / LOOK_SECONDS) + 2 },
    { ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 1, MaxAttempts: 100, ...growing },
    { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 5, ...growing },
  ];
}
