import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { serviceEndpoint, Service } from '../../../../lambda-src/adapters/aws/endpoint';
import { SignedRequests } from '../../../../lambda-src/adapters/aws/signed-requests';
import { AwsServer, withServer } from './aws-server';

/** A server that does with a request what it is told to. */
class AnyAws extends AwsServer {
  public does: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;

  protected serve(request: IncomingMessage, response: ServerResponse): void {
    this.does(request, response);
  }
}

const aws = withServer(new AnyAws());

async function send(timeoutMs?: number): Promise<string> {
  const { body } = await new SignedRequests().send({
    service: Service.DYNAMODB, operation: 'GetItem', endpoint: serviceEndpoint(Service.DYNAMODB), method: 'POST', path: '/', body: '{}', timeoutMs,
  }, () => undefined);
  return body;
}

test('of connections that a service has forgotten, one is enough to try the others no more', async () => {
  const forgotten = new Set<Socket>();
  const held: ServerResponse[] = [];
  aws.does = ({ socket }, response) => {
    forgotten.add(socket);
    if (held.push(response) === 5) for (const each of held) each.end('kept');
  };
  await Promise.all(Array.from({ length: 5 }, () => send()));
  expect(forgotten.size).toBe(5);
  let asked = 0;
  aws.does = ({ socket }, response) => {
    asked++;
    if (forgotten.has(socket)) socket.resetAndDestroy();
    else response.end('answered');
  };
  expect(await send()).toBe('answered');
  expect(asked).toBe(2);
});

test('an answer that changes to another protocol is an error', async () => {
  aws.does = ({ socket }) => socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n');
  await expect(send()).rejects.toMatchObject({ status: 0, code: 'NetworkError' });
});

test('an answer that begins and does not go on has its time, and its connection is closed', async () => {
  const closed: Promise<void>[] = [];
  aws.does = ({ socket }, response) => {
    closed.push(new Promise((resolve) => { socket.once('close', () => resolve()); }));
    response.writeHead(200, { 'content-length': 10 }).write('some');
  };
  await expect(send(500)).rejects.toMatchObject({ status: 0, code: 'TimeoutError' });
  expect(closed).toHaveLength(3);
  await Promise.all(closed);
});

test.each([['of known length', { 'content-length': 10 }], ['in chunks', {}]])('an answer %s that is cut is an error', async (_, headers) => {
  aws.does = ({ socket }, response) => response.writeHead(200, headers).write('some', () => socket.end());
  await expect(send()).rejects.toMatchObject({ status: 0, code: 'NetworkError' });
});
