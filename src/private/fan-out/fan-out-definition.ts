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
/** A range has an execution of its own, which is not the one that somebody redrives: it is told of that. */
const PARENT = { ...UPLOAD, 'executionArn.$': '$$.Execution.Id' } as const;
/** What every step is told: also how often the execution that it is of has been redriven. */
const REDRIVES = { 'redrives.$': '$$.Execution.RedriveCount' } as const;
const FAN_OUT = { ...PARENT, ...REDRIVES } as const;
const OF_RANGE = { ...UPLOAD, 'executionArn.$': '$.executionArn', ...REDRIVES, 'range.$': '$.range' } as const;

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
    ItemSelector: { ...PARENT, 'range.$': '$$.Map.Item.Value' },
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
const MOST_RETRIES = 5;
/** Of calls that Lambda has no room for, at half a minute each: as other uploads have it, that may take hours. */
const MOST_CALLS = 1_000;

/**
 * The first that fits an error counts. An invocation that was killed could not give its range back, so others wait for its time limit,
 * and as often as a range is tried again: what was waited for one that was killed counts for the next, too.
 */
function retries({ timeoutSeconds }: FanOutPlan): object[] {
  const growing = { BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: 'FULL' };
  const looks = Math.ceil(timeoutSeconds / LOOK_SECONDS) + 2;
  return [
    { ErrorEquals: ['UploadEnded', 'UploadFailed'], MaxAttempts: 0 },
    { ErrorEquals: ['RangeTaken'], IntervalSeconds: LOOK_SECONDS, BackoffRate: 1, MaxAttempts: MOST_RETRIES * looks },
    { ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 1, MaxAttempts: MOST_CALLS, ...growing },
    { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: MOST_RETRIES, ...growing },
  ];
}
