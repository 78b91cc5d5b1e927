import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnElement, Stack, StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { UploadIngestPipeline, UploadIngestPipelineProps } from '../../src';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const ENV = { account: ACCOUNT, region: REGION };

/** Anything that a template contains. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export interface Resource {
  readonly Type: string;
  readonly Properties: { [name: string]: unknown };
  readonly Metadata?: { [name: string]: Json };
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface PipelineInStack {
  readonly app: App;
  readonly stack: Stack;
  readonly pipeline: UploadIngestPipeline;
}

/** A pipeline `X` in a stack of its own; `props` may use the stack to make what the pipeline is given. */
export function pipelineInStack(props: (stack: Stack) => UploadIngestPipelineProps = () => ({}), stackProps?: StackProps): PipelineInStack {
  const app = new App();
  const stack = new Stack(app, 'S', stackProps);
  return { app, stack, pipeline: new UploadIngestPipeline(stack, 'X', props(stack)) };
}

/** The template of a stack with one pipeline. */
export function templateOf(props?: (stack: Stack) => UploadIngestPipelineProps): Template {
  return Template.fromStack(pipelineInStack(props).stack);
}

/** All resources of a type. */
export function resources(template: Template, type: string): Resource[] {
  return Object.values(template.findResources(type)) as Resource[];
}

/** The environment variables of a function of the pipeline, by the function's construct id. */
export function environment({ stack, pipeline }: PipelineInStack, id: string): { [name: string]: string } {
  const found = Template.fromStack(stack).findResources('AWS::Lambda::Function');
  const variables = found[logicalId(stack, pipeline.node.findChild(id))].Properties.Environment.Variables as Record<string, Json>;
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, rendered(stack, value)]));
}

/** Folder of a function's staged code inside the cloud assembly. */
export function codeOf({ app, stack, pipeline }: PipelineInStack, id: string): string {
  const found = Template.fromStack(stack).findResources('AWS::Lambda::Function');
  const { S3Key } = found[logicalId(stack, pipeline.node.findChild(id))].Properties.Code as { S3Key: string };
  return join(app.outdir, `asset.${S3Key.replace('.zip', '')}`);
}

/** The record model that the processor reads. */
export function recordModelOf(made: PipelineInStack): object {
  return JSON.parse(readFileSync(join(codeOf(made, 'Processor'), 'record-model.json'), 'utf8')) as object;
}

export function logicalId(stack: Stack, construct: IConstruct): string {
  return stack.getLogicalId((construct.node.defaultChild ?? construct) as CfnElement);
}

/** A value of a template as text: `X/Bucket.Arn/uploads/*`, with paths of constructs instead of logical ids. */
export function rendered(stack: Stack, value: Json): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map((element) => rendered(stack, element)).join();
  const [[fn, argument]] = Object.entries(value);
  if (fn === 'Ref') return pathOf(stack, String(argument));
  const list = argument as Json[];
  if (fn === 'Fn::GetAtt') return `${pathOf(stack, String(list[0]))}.${rendered(stack, list[1])}`;
  if (fn === 'Fn::Join') return (list[1] as Json[]).map((part) => rendered(stack, part)).join(String(list[0]));
  return JSON.stringify(value);
}

function pathOf(stack: Stack, id: string): string {
  const elements = stack.node.findAll().filter(CfnElement.isCfnElement);
  const path = elements.find((element) => element.stack === stack && stack.resolve(element.logicalId) === id)?.node.path ?? id;
  return path.slice(path.startsWith(`${stack.node.path}/`) ? stack.node.path.length + 1 : 0).replace(/\/Resource$/, '');
}

/** What a role may do: `action[,action] on resource[,resource]`, one line per statement. */
export function permissions(stack: Stack, role: IConstruct): string[] {
  const id = logicalId(stack, role);
  return resources(Template.fromStack(stack), 'AWS::IAM::Policy')
    .filter(({ Properties }) => (Properties.Roles as { Ref?: string }[]).some(({ Ref }) => Ref === id))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .map((statement) => `${[statement.Action].flat().join()} on ${rendered(stack, statement.Resource)}`);
}

export interface Statement {
  readonly Action: string | string[];
  readonly Condition?: Json;
  readonly Effect: string;
  readonly Principal?: Json;
  readonly Resource: Json;
}

/** Ids of our warnings in a stack, sorted. */
export function warningIds(stack: Stack): string[] {
  const found = Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
  return found.flatMap((text) => /\[ack: cdk-upload-ingest:(\w+)\]/.exec(text)?.[1] ?? []).sort();
}

/** A function of the user's. */
export function userFunction(scope: IConstruct, id: string = 'Mine', props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope as Stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {}'), ...props,
  });
}
