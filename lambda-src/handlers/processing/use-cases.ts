import { Env } from '../../../src/private/contract';
import { LightSqs } from '../../adapters/aws/sqs';
import { required, requiredInteger, requiredList } from '../../adapters/environment';
import { LambdaInvoker } from '../../adapters/lambda-invoker';
import { S3ObjectStore } from '../../adapters/s3/s3-object-store';
import { SqsJobQueue } from '../../adapters/sqs-job-queue';
import { StepFunctionsFanOut } from '../../adapters/step-functions';
import { RangeTable } from '../../adapters/tables/range-table';
import { CallHandler } from '../../application/ingest/call-handler';
import { IngestFiles, IngestFilesPorts } from '../../application/ingest/ingest-files';
import { ProcessUpload } from '../../application/ingest/process-upload';
import { SweepPorts, sweepOverdue } from '../../application/uploads/sweep-overdue';
import { TakeArrival, TakeArrivalPorts } from '../../application/uploads/take-arrival';
import { callMilliseconds } from './call-time';
import { bucket, dynamodb, ingestPorts, ingestRules, newId, records, statusTable } from './ingest-ports';

const ports: Omit<IngestFilesPorts, 'fanOut'> & TakeArrivalPorts & Omit<SweepPorts, 'fanOut'> = {
  ...ingestPorts,
  objects: new S3ObjectStore(bucket),
  jobs: new SqsJobQueue(new LightSqs(), required(Env.JOB_QUEUE_URL)),
  storedPosition: (record) => records.storedPosition(record),
  ranges: new RangeTable(dynamodb, statusTable, { newId, now: ingestPorts.now }),
};
const rules = {
  ...ingestRules,
  maxFileSize: requiredInteger(Env.MAX_FILE_SIZE),
  contentTypes: requiredList(Env.CONTENT_TYPES),
};

const handlerFunction = required(Env.HANDLER_FUNCTION);

function workerOfUsers(): CallHandler {
  const invoker = new LambdaInvoker(handlerFunction);
  return new CallHandler({ ...ports, invoke: (event, milliseconds) => invoker.invoke(event, milliseconds) }, {
    ...rules,
    bucket,
    // One whose limit is not known gets an invocation of ours for every call.
    callMilliseconds: callMilliseconds(Env.HANDLER_TIMEOUT_SECONDS),
  });
}

const stateMachineArn = required(Env.FAN_OUT_MACHINE);
const fanOut = stateMachineArn === '' ? undefined : new StepFunctionsFanOut({
  stateMachineArn, above: requiredInteger(Env.FAN_OUT_ABOVE), model: ingestRules.model, open: ingestPorts.open,
});

const worker = handlerFunction === '' ? new IngestFiles({ ...ports, fanOut }, rules) : workerOfUsers();

/** How much of an invocation's time is for work: after rows are read others are still on their way, but one answer is all there is. */
export const timeForWork = (milliseconds: number) => (
  milliseconds - (handlerFunction === '' ? Math.min(20_000, milliseconds / 5) : Math.min(10_000, milliseconds / 2))
);

export const processUpload = new ProcessUpload({ ...ports, worker, fanOut });
export const takeArrival = new TakeArrival(ports, processUpload, { queuesJobs: required(Env.QUEUES_JOBS) === 'true' });
export const sweep = (askedFor: Date, stopAt: Date) => sweepOverdue({ ...ports, fanOut }, askedFor, stopAt);
