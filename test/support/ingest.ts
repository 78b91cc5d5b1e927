import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ApiClient, ApiRecord, ListQuery, Page, StartUploadRequest, Upload } from '../../tools/client';

const run = promisify(execFile);

/** Sends bytes as a file and waits for the end of the upload. */
export async function ingest(api: ApiClient, content: string | Uint8Array, request: StartUploadRequest = {}): Promise<Upload> {
  return withFile(content, (path) => ingestFile(api, path, request));
}

/** Sends a file and waits for the end of the upload. */
export async function ingestFile(api: ApiClient, path: string, request: StartUploadRequest = {}): Promise<Upload> {
  const started = await api.startUpload({ fileName: 'data.csv', contentType: 'text/csv', ...request });
  await api.sendFiles(started, path);
  return api.waitForUpload(started.uploadId);
}

/** Lends a file with this content. */
export async function withFile<T>(content: string | Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'upload-ingest-'));
  try {
    const path = join(folder, 'file');
    await writeFile(path, content);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** All pages of a list, put together. */
export async function allPages<T>(page: (query: ListQuery) => Promise<Page<T>>, query: ListQuery = {}): Promise<T[]> {
  const items: T[] = [];
  let nextToken: string | undefined;
  do {
    const next = await page({ ...query, nextToken });
    items.push(...next.items);
    nextToken = next.nextToken ?? undefined;
  } while (nextToken);
  return items;
}

/**
 * The records of an upload whose partition keys begin with its id, in the order of the listing. Reads on to the first page
 * without any of them: an engine that is used again lists those of earlier runs behind.
 */
export async function recordsOf(api: ApiClient, { uploadId }: Upload): Promise<ApiRecord[]> {
  const records: ApiRecord[] = [];
  let nextToken: string | undefined;
  do {
    const page = await api.listRecords({ limit: 1000, nextToken });
    const own = page.items.filter(({ _pk }) => String(_pk).startsWith(uploadId));
    if (own.length === 0 && records.length > 0) break;
    records.push(...own);
    nextToken = page.nextToken ?? undefined;
  } while (nextToken);
  return records.map(columnsOf);
}

/** A parser that nobody here wrote and that shares nothing with ours: Python's. Rows as objects of text. */
export async function parseWithPython(path: string): Promise<Record<string, string>[]> {
  const script = [
    'import csv, json, sys',
    'csv.field_size_limit(sys.maxsize)',
    'with open(sys.argv[1], newline="", encoding="utf-8-sig") as file:',
    '    print(json.dumps([dict(zip(*pair)) for rows in [list(csv.reader(file))] for pair in [(rows[0], row) for row in rows[1:] if row]]))',
  ].join('\n');
  const { stdout } = await run('python3', ['-c', script, path], { maxBuffer: 256 * 1024 * 1024 });
  return JSON.parse(stdout) as Record<string, string>[];
}

/** A record without the attributes that are ours. */
export function columnsOf(record: ApiRecord): ApiRecord {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !name.startsWith('_')));
}
