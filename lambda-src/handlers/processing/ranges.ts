import { dialectOf } from '../../adapters/rows/file-dialect';
import { pickFormat } from '../../adapters/rows/pick-format';
import { lookAt } from '../../adapters/step-functions';
import { RangeTable } from '../../adapters/tables/range-table';
import { FinishUpload } from '../../application/fan-out/finish-upload';
import { IngestRange, IngestRangePorts } from '../../application/fan-out/ingest-range';
import { PlanPorts, PlanRanges } from '../../application/fan-out/plan-ranges';
import { SurveyPorts, SurveyRange } from '../../application/fan-out/survey-range';
import { headerRows } from '../../domain/fan-out/file-dialect';
import { dynamodb, ingestPorts, ingestRules, newId, statusTable } from './ingest-ports';

const { model, modelHash } = ingestRules;
const ranges = new RangeTable(dynamodb, statusTable, { newId, now: ingestPorts.now });

/** One range after the other is worked on in one function; no two rows of an upload that is fanned out depend on each other. */
const ports: SurveyPorts & PlanPorts & IngestRangePorts = {
  ...ingestPorts,
  ranges,
  dialectOf: (file, bytes) => dialectOf(pickFormat(model, file), bytes),
  headerRowsOf: (file) => headerRows(pickFormat(model, file)),
  isRunning: async ({ executionArn }) => executionArn !== undefined && await lookAt(executionArn) === 'running',
  endRights: ranges,
  addProgress: (fanOut, progress) => ranges.addProgress(fanOut, progress),
};

export const uploadPorts = ports;
export const surveyRange = new SurveyRange(ports, modelHash);
export const planRanges = new PlanRanges(ports, model.maxRows);
export const ingestRange = new IngestRange(ports, ingestRules);
export const finishUpload = new FinishUpload(ports, model.rejects);
