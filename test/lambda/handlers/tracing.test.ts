import { execFile } from 'node:child_process';
import { createSocket, Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../../tools/bundle-options';

const HANDLERS = join(__dirname, '../../../lambda-src/handlers/tracing');
const TRACE_ID = '1-5759e988-bd862e3fe1be46a994272793';

interface Segment {
  readonly name: string;
  readonly trace_id: string;
  readonly namespace?: string;
  readonly in_progress?: boolean;
  readonly annotations?: object;
  readonly metadata?: object;
  readonly http?: object;
  readonly fault?: boolean;
  readonly cause?: { readonly exceptions: readonly { readonly message: string }[] };
  readonly subsegments?: Segment[];
}

/** Makes requests that overlap, and fails if told to. */
const CALLER = `
const { withTracing } = require(process.argv[1]);
const http = require('node:http');
const ask = (url, method = 'GET') => new Promise((resolve, reject) => {
  http.request(url, { method }, (response) => response.on('error', reject).resume().on('end', resolve)).on('error', reject).end();
});
const handler = withTracing(async ({ url, fails, breaks }) => {
  const last = ask(url + (breaks ? '/broken' : '/fast')).catch(() => undefined);
  await Promise.all([ask(url + '/slow/secret.csv?X-Amz-Signature=1'), ask(url + '/fast', 'POST'), last]);
  if (fails) await ask('http://127.0.0.1:1/secret').catch(() => { throw new Error('it failed'); });
  return { token: 'secret' };
});
handler(JSON.parse(process.argv[2]), {}).catch(() => undefined);
`;

describe('a function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracing-'));
  let daemon: Socket;
  let server: Server;
  let segments: Segment[];

  beforeAll(async () => {
    buildSync({ ...BUNDLE_OPTIONS, entryPoints: [join(HANDLERS, 'with-tracing.ts'), join(HANDLERS, 'tracing.ts')], outdir: folder });
    daemon = createSocket('udp4', (message) => segments.push(JSON.parse(message.toString().split('\n')[1]) as Segment));
    await new Promise<void>((resolve) => { daemon.bind(0, '127.0.0.1', resolve); });
    server = createServer(({ url, socket }, response) => {
      if (url === '/broken') response.write('some', () => setTimeout(() => socket.resetAndDestroy(), 10));
      else setTimeout(() => response.end(), url?.includes('slow') ? 60 : 5);
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  });
  afterAll(() => {
    daemon.close();
    server.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => { segments = []; });

  async function invoke(variables: Record<string, string>, how: { fails?: boolean; breaks?: boolean } = {}): Promise<Segment[]> {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const script = ['-e', CALLER, join(folder, 'with-tracing.js'), JSON.stringify({ url, ...how })];
    const { stderr } = await promisify(execFile)(process.execPath, script, {
      env: {
        ...variables,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        LAMBDA_TASK_ROOT: '/var/task',
        POWERTOOLS_SERVICE_NAME: 'pipeline',
        _HANDLER: 'index.handler',
        _X_AMZN_TRACE_ID: `Root=${TRACE_ID};Parent=557abcec3ee5a047;Sampled=1`,
      },
    });
    expect(stderr).toBe('');
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    return segments;
  }

  test('that is not traced loads nothing for it', async () => {
    expect(await invoke({})).toEqual([]);
    expect(await invoke({ POWERTOOLS_TRACE_ENABLED: 'false' })).toEqual([]);
  });

  test('that is traced shows its invocation and each of its requests, without their paths', async () => {
    const shown = await invoke({ POWERTOOLS_TRACE_ENABLED: 'true' });
    const invocation = shown.find(({ name }) => name === '## index.handler')!;
    expect(invocation).toMatchObject({ trace_id: TRACE_ID, annotations: { ColdStart: true, Service: 'pipeline' } });
    const requests = [...invocation.subsegments ?? [], ...shown.filter(({ name }) => name !== '## index.handler')];
    expect(requests).toHaveLength(3);
    for (const request of requests) {
      expect(request).toMatchObject({ namespace: 'remote', http: { response: { status: 200 } } });
      expect(request.in_progress).toBeUndefined();
      expect(request.subsegments).toBeUndefined();
    }
    expect(JSON.stringify(shown)).not.toMatch(/secret|Signature/);
  });

  test('that is traced shows a request once whose answer breaks off, and what follows it', async () => {
    const shown = await invoke({ POWERTOOLS_TRACE_ENABLED: 'true' }, { breaks: true });
    const [invocation, ...others] = shown.filter(({ name }) => name === '## index.handler');
    expect(others).toEqual([]);
    const requests = [...invocation.subsegments ?? [], ...shown.filter((segment) => segment !== invocation)];
    expect(requests).toHaveLength(3);
    expect(requests.map(({ in_progress }) => in_progress)).toEqual([undefined, undefined, undefined]);
  });

  test('that is traced does not show how Lambda talks to it', async () => {
    const runtimeApi = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [invocation, ...others] = await invoke({ POWERTOOLS_TRACE_ENABLED: 'true', AWS_LAMBDA_RUNTIME_API: runtimeApi });
    expect([invocation.name, invocation.subsegments, others]).toEqual(['## index.handler', undefined, []]);
  });

  test('that fails shows its error', async () => {
    const shown = await invoke({ POWERTOOLS_TRACE_ENABLED: 'true' }, { fails: true });
    const invocation = shown.find(({ name }) => name === '## index.handler')!;
    expect(invocation).toMatchObject({ fault: true, cause: { exceptions: [{ message: 'it failed' }] } });
    const failed = [...shown, ...invocation.subsegments ?? []].find(({ name }) => name === '127.0.0.1:1');
    expect(failed).toMatchObject({ fault: true, http: { request: { method: 'GET', url: 'http://127.0.0.1:1' } } });
  });
});
