import { readCsv } from '../../../lambda-src/adapters/rows/csv-rows';
import { decode } from '../../../lambda-src/adapters/rows/decode';
import { ObjectBytes } from '../../../lambda-src/application/object-bytes';
import { RowSource } from '../../../lambda-src/application/row-source';
import { UploadFailure } from '../../../lambda-src/domain/upload-failure';
import { CSV } from '../../../src/private/contract';

const DIALECT = { ...CSV, delimiter: ',' };

/** interim */
export function plainCsv(bytes: ObjectBytes): RowSource {
  return {
    async* rows({ from, before = Infinity }, onBytes) {
      let header: readonly string[] | null = null;
      const counted = async function* (start: number, counts: boolean) {
        for await (const chunk of bytes.read(start)) {
          if (counts) onBytes?.(chunk.length);
          yield chunk;
        }
      };
      if (from > 0) {
        for await (const batch of readCsv(decode(counted(0, false), 'utf-8'), DIALECT, { offset: 0, header: null, before: Infinity })) {
          header = batch.header;
          break;
        }
        onBytes?.(from);
      }
      let any = false;
      for await (const batch of readCsv(decode(counted(from, true), 'utf-8', from), DIALECT, { offset: from, header, before })) {
        any = true;
        yield batch;
      }
      if (!any && from === 0) throw new UploadFailure('EMPTY_FILE', 'the file must have a header, but it is empty');
    },
  };
}
