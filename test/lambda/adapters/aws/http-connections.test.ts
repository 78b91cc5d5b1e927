import { createServer as createPlainServer, IncomingMessage, Server as PlainServer, ServerResponse } from 'node:http';
import { createServer, Server } from 'node:https';
import { AddressInfo, createServer as createTcpServer, Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import * as fc from 'fast-check';
import { HttpAnswer, HttpAnswerReader } from '../../../../lambda-src/adapters/aws/http-answer';
import { HttpConnections } from '../../../../lambda-src/adapters/aws/http-connections';

/** Of nobody: made for this test, good for no other host than this one. */
const KEY = [
  '-----BEGIN PRIVATE KEY-----',
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAHZL38ud8CNkR+Wn',
  'hpjbUOfeckLPQBJTUsizIFwrP5mhRANCAAQQfwF1LJNvydNWO3pB8n2enUZOJYUN',
  'T65It54pkwRNIvc0uPm4HVQLG6Hq3FS4/T0PuR/2atPO1ZCMWn1hdLma',
  '-----END PRIVATE KEY-----',
].join('\n');
const CERTIFICATE = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBfzCCASWgAwIBAgIUdMkC3XsSIvDARFnHnD1evc2vg0QwCgYIKoZIzj0EAwIw',
  'FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE3NTYzM1oYDzIxMjYxMDI4',
  'MTc1NjMzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO',
  'PQMBBwNCAAQQfwF1LJNvydNWO3pB8n2enUZOJYUNT65It54pkwRNIvc0uPm4HVQL',
  'G6Hq3FS4/T0PuR/2atPO1ZCMWn1hdLmao1MwUTAdBgNVHQ4EFgQUh56m+3ImNUwi',
  'qObr+8JYcHYL3nQwHwYDVR0jBBgwFoAUh56m+3ImNUwiqObr+8JYcHYL3nQwDwYD',
  'VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBLgGpDSdjy7VQxFnqQHmzJ',
  'j7e0UnTIKyCt/TjscEEHmwIhANpStUOFeBDbTV0I+/tpBCWMnVvNm1x3/r6m2v43',
  'ldpV',
  '-----END CERTIFICATE-----',
].join('\n');

/** Reads bytes that come in pieces, each in memory that is used again at once. */
function read(bytes: Buffer, cuts: readonly number[], isEnd = false): HttpAnswer | undefined | null {
  const reader = new HttpAnswerReader();
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  for (const [nth, from] of [0, ...places].entries()) {
    const piece = Buffer.from(bytes.subarray(from, places[nth] ?? bytes.length));
    const answer = reader.push(piece);
    piece.fill('#');
    if (answer !== undefined) return answer;
  }
  return isEnd ? reader.end() : undefined;
}

describe('an answer', () => {
  const cuts = fc.array(fc.nat(), { maxLength: 10 });
  const body = '{"é":"\u{1f527}"}';

  test.each<[string, string, boolean]>([
    ['says how long it is', `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\nX-Other: a \r\n\r\n${body}`, false],
    ['comes in chunks', `HTTP/1.1 200 OK\r\nx-other: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n${'{"é'.slice(0, 2)}\xc3\r\n0\r\n\r\n`, false],
    ['ends with its connection', `HTTP/1.0 200 OK\r\nx-other: a\r\n\r\n${body}`, true],
    ['follows another', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nx-other: a\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, false],
  ])('that %s is read, wherever it is cut', (form, text, isEnd) => {
    const isChunked = form.includes('chunks');
    const bytes = Buffer.from(text, isChunked ? 'latin1' : 'utf8');
    fc.assert(fc.property(cuts, (places) => {
      const answer = read(bytes, places, isEnd)!;
      expect([answer.status, answer.headers.get('x-other'), answer.headers.get('x-none')]).toEqual([200, 'a', undefined]);
      expect(answer.body).toBe(isChunked ? '{"\ufffd' : body);
      expect(answer.isLast).toBe(isEnd);
    }));
  });

  test.each(['SSH-2.0-OpenSSH\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'])('%j is none', (text) => {
    expect(read(Buffer.from(text), [])).toBeNull();
  });

  test('may say that no other comes', () => {
    expect(read(Buffer.from('HTTP/1.1 503 x\r\nConnection: Close\r\ncontent-length: 0\r\n\r\n'), [])).toMatchObject({ status: 503, isLast: true, body: '' });
  });
});

describe('connections', () => {
  const request = Buffer.from('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
  const listen = (server: Server | PlainServer) => new Promise<number>((resolve) => {
    server.listen(0, () => resolve((server.address() as AddressInfo).port));
  });
  const to = (port: number, protocol = 'http:') => (
    new HttpConnections({ endpoint: { protocol, hostname: 'localhost', port, basePath: '' }, most: 2, silenceMs: 1_000 })
  );

  test.each([['http:', false], ['http:', true], ['https:', false], ['https:', true]])('over %s are shared, also when each is closed: %s', async (protocol, closes) => {
    const trusted = getCACertificates('default');
    setDefaultCACertificates([CERTIFICATE]);
    const sockets = new Set<unknown>();
    const answer = (incoming: IncomingMessage, response: ServerResponse) => {
      sockets.add(incoming.socket);
      incoming.resume();
      response.writeHead(200, closes ? { connection: 'close' } : {}).end('yes');
    };
    const server = protocol === 'http:' ? createPlainServer(answer) : createServer({ key: KEY, cert: CERTIFICATE }, answer);
    const connections = to(await listen(server), protocol);
    const answers = await Promise.all(Array.from({ length: 20 }, () => connections.send(request)));
    expect(answers.map(({ body }) => body)).toEqual(Array(20).fill('yes'));
    expect(sockets.size).toBe(closes ? 20 : 2);
    connections.close();
    server.close();
    setDefaultCACertificates(trusted);
  });

  test('to nobody are an error for everybody who waits', async () => {
    const server = createPlainServer();
    const port = await listen(server);
    await new Promise((resolve) => { server.close(resolve); });
    const connections = to(port);
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => connections.send(request)));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  });

  test('that say something nobody asked for are closed, so that it is no answer to what comes next', async () => {
    let nth = 0;
    const sockets: Socket[] = [];
    const one = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n';
    const server = createTcpServer((socket) => {
      sockets.push(socket);
      socket.on('data', () => { socket.write(`${one}${++nth}`, () => { if (nth === 1) setImmediate(() => socket.write(`${one}x`)); }); });
    });
    const port = await new Promise<number>((resolve) => { server.listen(0, () => resolve((server.address() as AddressInfo).port)); });
    const connections = to(port);
    expect((await connections.send(request)).body).toBe('1');
    await new Promise((resolve) => { sockets[0].once('close', resolve); });
    expect((await connections.send(request)).body).toBe('2');
    connections.close();
    server.close();
  });
});
