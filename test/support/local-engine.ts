import { join, resolve } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { App } from 'aws-cdk-lib';
import { ApiClient, type SigningOptions } from '../../tools/client';
import { deploy, ENGINE_DIR, ensureEngine, PROJECT_ROOT, type StackOutputs } from '../../tools/local-engine';

/** Adds stacks to an app; give every stack an id that no other test file uses. */
export type InlineApp = (app: App) => void;

export interface Deployment {
  /** Outputs by stack name, with API URLs that can be called. */
  readonly stacks: Readonly<Record<string, StackOutputs>>;
  /** Outputs of the only stack; throws if there are several. */
  readonly outputs: StackOutputs;
  /**
   * Client of the API at that output of the only stack.
   * @param output name of the output; `ApiUrl` if not given
   * @param caller who calls, such as `withToken(…)`; the AWS credentials of this process if not given
   */
  api(output?: string, caller?: SigningOptions): ApiClient;
}

export interface DeployAppOptions {
  /**
   * Stacks of an app folder to deploy.
   * @default - all
   */
  readonly stacks?: readonly string[];
  /**
   * Context of the app, also for an inline one.
   * @default - none
   */
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * Deploys a CDK app to the local engine, or to a real account with `UPLOAD_INGEST_TARGET=aws`. Starts the engine if
 * nobody has yet; safe to call from several jest workers.
 * @param app folder with a `cdk.json` (relative to the project's root), or a function that defines the stacks
 */
export async function deployApp(app: string | InlineApp, options: DeployAppOptions = {}): Promise<Deployment> {
  await ensureEngine();
  if (typeof app === 'string') {
    return deployment(await deploy({ appDir: resolve(PROJECT_ROOT, app), stacks: options.stacks, context: options.context }));
  }
  const { directory, name } = synthesize(app, options.context);
  return deployment(await deploy({ appDir: PROJECT_ROOT, app: directory, name }));
}

/** Clients of whatever `deployApp` deploys to; made after `deployApp`, since that sets the endpoint. */
export function awsClients() {
  return {
    s3: new S3Client({}),
    dynamodb: new DynamoDBClient({}),
    sqs: new SQSClient({}),
    cloudformation: new CloudFormationClient({}),
  };
}

function synthesize(define: InlineApp, context?: Readonly<Record<string, string>>) {
  // The folder is named after the stacks, which are known only once they are defined.
  const names = new App({ context });
  define(names);
  const name = names.node.children.map((stack) => stack.node.id).join('-');
  const directory = join(ENGINE_DIR, 'inline-apps', name);
  const app = new App({ context, outdir: directory, analyticsReporting: false });
  define(app);
  app.synth();
  return { directory, name };
}

function deployment(stacks: Readonly<Record<string, StackOutputs>>): Deployment {
  const onlyOutputs = () => {
    const [first, ...others] = Object.values(stacks);
    if (!first || others.length > 0) throw new Error(`Expected one stack with outputs, got: ${Object.keys(stacks).join(', ') || 'none'}`);
    return first;
  };
  return {
    stacks,
    get outputs() {
      return onlyOutputs();
    },
    api(output = 'ApiUrl', caller) {
      const url = onlyOutputs()[output];
      if (!url) throw new Error(`The stack has no output '${output}', only: ${Object.keys(onlyOutputs()).join(', ')}`);
      return new ApiClient(url, caller);
    },
  };
}
