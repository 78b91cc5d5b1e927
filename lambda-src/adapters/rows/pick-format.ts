import { CSV, FormatModel, RecordModel } from '../../../src/private/contract';

/** What somebody said of a file. */
export interface FileDescription {
  readonly fileName: string;
  readonly contentType: string;
}

type Kind = 'csv' | 'tsv' | 'ndjson' | 'json';

const KINDS_OF_NAMES: Readonly<Record<string, Kind>> = {
  csv: 'csv', tsv: 'tsv', tab: 'tsv', ndjson: 'ndjson', jsonl: 'ndjson', ldjson: 'ndjson', json: 'json',
};
const KINDS_OF_TYPES: Readonly<Record<string, Kind>> = {
  'text/csv': 'csv',
  'application/csv': 'csv',
  'application/vnd.ms-excel': 'csv',
  'text/tab-separated-values': 'tsv',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/x-jsonlines': 'ndjson',
  'application/jsonlines': 'ndjson',
  'application/json': 'json',
};

const PACKING = /\.(?:gz|gzip|zst|zstd)$/i;

/** Which of a pipeline's formats a file has: by its name, else by its content type, else the first. */
export function pickFormat({ formats = [CSV] }: Pick<RecordModel, 'formats'>, { fileName, contentType }: FileDescription): FormatModel {
  const extension = /\.([^.]+)$/.exec(fileName.replace(PACKING, ''))?.[1].toLowerCase() ?? '';
  const type = contentType.split(';')[0].trim().toLowerCase();
  return formatOf(KINDS_OF_NAMES[extension], formats) ?? formatOf(KINDS_OF_TYPES[type], formats) ?? formats[0];
}

/** What comes nearest to it; undefined, if nothing does. */
function formatOf(kind: Kind | undefined, formats: readonly FormatModel[]): FormatModel | undefined {
  const isTabbed = (format: FormatModel) => format.kind === 'csv' && format.delimiter === '\t';
  const isDetected = (format: FormatModel) => format.kind === 'csv' && format.delimiter === null;
  const isCsv = ({ kind: of }: FormatModel) => of === 'csv';
  switch (kind) {
    case undefined: return undefined;
    case 'csv': return formats.find((format) => isCsv(format) && !isTabbed(format)) ?? formats.find(isCsv);
    case 'tsv': return formats.find(isTabbed) ?? formats.find(isDetected) ?? formats.find(isCsv);
    // People call both of them JSON.
    case 'json': return formats.find((format) => format.kind === 'json') ?? formats.find((format) => format.kind === 'ndjson');
    case 'ndjson': return formats.find((format) => format.kind === 'ndjson');
  }
}
