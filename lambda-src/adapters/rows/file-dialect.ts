import { FormatModel } from '../../../src/private/contract';
import { ObjectBytes } from '../../application/ingest/object-bytes';
import { fileDialect, FileDialect } from '../../domain/fan-out/file-dialect';
import { DETECTION_BYTES, withDelimiter } from './csv-delimiter';

/** What tells where the rows of a plain file begin. Its own beginning says the delimiter, as it does to whoever reads all of it. */
export async function dialectOf(format: FormatModel, bytes: ObjectBytes): Promise<FileDialect> {
  if (format.kind !== 'csv') return fileDialect(format);
  return fileDialect(withDelimiter(format, format.delimiter === null ? await startOf(bytes) : Buffer.alloc(0)));
}

async function startOf(bytes: ObjectBytes): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes.read(0, DETECTION_BYTES)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
