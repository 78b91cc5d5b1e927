import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SWEEP_JOB } from '../contract';
import { toQueue } from './queue-senders';

/**
 * Reminds the processor, through its own queue, to end uploads that are past their deadline: files that never came,
 * and work whose last attempt was killed. A job on the queue needs no function of its own.
 */
export function scheduleSweep(scope: Construct, queue: sqs.IQueue): void {
  new events.Rule(scope, 'Sweep', {
    description: 'Ends uploads that are past their deadline',
    schedule: events.Schedule.rate(Duration.minutes(5)),
    targets: [toQueue(scope, queue, events.RuleTargetInput.fromObject({ job: SWEEP_JOB }))],
  });
}
