import { RecordModel } from '../../src/private/contract';

/** Rows of a number and a note, which have nothing to do with each other: they may be fanned out. */
export const NUMBERED_NOTES: RecordModel = {
  columns: [
    { name: 'n', type: 'integer', required: true },
    { name: 'note', type: 'string', required: false },
  ],
  unknownColumns: 'keep',
  keys: { partitionKey: '{uploadId}#{row}', sortKey: 'RECORD' },
  duplicateKeys: 'reject',
  indexes: [],
};

/** Another order, the same for every run. */
export function shuffled(seed: number) {
  return (numbers: readonly number[]) => [...numbers].sort((a, b) => ((a * 7919 + seed) % 101) - ((b * 7919 + seed) % 101));
}
