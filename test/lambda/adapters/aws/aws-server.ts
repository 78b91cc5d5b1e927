import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

/** A server in the place of AWS. */
export abstract class AwsServer {
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => this.serve(request, response));
  }

  protected abstract serve(request: IncomingMessage, response: ServerResponse): void;

  /** Starts it, and points what reads the environment at it. */
  public async start(): Promise<void> {
    await new Promise<void>((resolve) => { this.server.listen(0, '127.0.0.1', resolve); });
    Object.assign(process.env, lambdaEnvironment(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`));
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}

/** For the top of a file or of a `describe`: the server is there while its tests run, and the environment is as before after them. */
export function withServer<T extends AwsServer>(server: T): T {
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    environment = { ...process.env };
    await server.start();
  });
  afterAll(async () => {
    await server.stop();
    process.env = environment;
  });
  return server;
}

/** What Lambda sets. */
export function lambdaEnvironment(endpoint = ''): Record<string, string> {
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'very secret',
    AWS_SESSION_TOKEN: 'session/token+==',
    AWS_ENDPOINT_URL: endpoint,
    ...Object.fromEntries(['S3', 'DYNAMODB', 'SQS', 'SECRETS_MANAGER'].map((service) => [`AWS_ENDPOINT_URL_${service}`, ''])),
  };
}
