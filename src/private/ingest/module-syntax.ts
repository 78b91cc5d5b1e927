import { isBuiltin } from 'module';
import { compileFunction } from 'vm';
import { MessageChannel, receiveMessageOnPort, Worker } from 'worker_threads';

/** Long enough for a thread to start on a busy machine. */
const PATIENCE_MILLISECONDS = 30_000;

/** What Node.js hands to a CommonJS module. */
const COMMONJS_SCOPE = ['exports', 'require', 'module', '__filename', '__dirname'];

/** In a thread of its own, since only one that is started with a flag may parse modules without running them. */
const PARSE_MODULE = `
  const { workerData: { source, port, done } } = require('node:worker_threads');
  let fault = null;
  try {
    new (require('node:vm').SourceTextModule)(source, { identifier: 'transform' });
  } catch (error) {
    fault = String(error && error.stack);
  }
  port.postMessage(fault);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
`;

/** Why the source of a CommonJS module does not parse, and where; undefined: it does. Nothing of it is run. */
export function commonJsFault(source: string): string | undefined {
  try {
    compileFunction(source.replace(/^\ufeff/, '').replace(/^#!.*/, ''), COMMONJS_SCOPE, { filename: 'transform' });
    return undefined;
  } catch (error) {
    return where(String((error as Error).stack));
  }
}

/** The same of an ES module; undefined also where threads are forbidden: then Lambda is the first to see. */
export function moduleFault(source: string): string | undefined {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  let worker: Worker | undefined;
  try {
    worker = new Worker(PARSE_MODULE, {
      eval: true,
      execArgv: ['--experimental-vm-modules', '--no-warnings'],
      env: {},
      workerData: { source: source.replace(/^\ufeff/, ''), port: port2, done },
      transferList: [port2],
    });
    Atomics.wait(done, 0, 0, PATIENCE_MILLISECONDS);
    const fault = receiveMessageOnPort(port1)?.message as string | null | undefined;
    return typeof fault === 'string' ? where(fault) : undefined;
  } catch {
    return undefined;
  } finally {
    port1.close();
    void worker?.terminate();
  }
}

/** Of what V8 says in several lines, such as `Unexpected token ';' in line 3`; of ES modules it says no line. */
function where(stack: string): string {
  const line = /^transform:(\d+)/.exec(stack)?.[1];
  const message = /^SyntaxError: (.*)$/m.exec(stack)?.[1] ?? stack.split('\n')[0];
  return line === undefined ? message : `${message} in line ${line}`;
}

/**
 * Whether a module seems to export something that the processor finds. Comments and texts are taken at their word, and however a
 * bundler writes it, these words are there.
 */
export function seemsToExport(source: string, isEsModule: boolean): boolean {
  const has = (word: string) => new RegExp(`\\b${word}\\b`).test(source);
  if (isEsModule) return has('export') && has('default');
  return has('exports') && (has('module') || has('default'));
}

const IMPORT = /(?:\brequire\s*\(\s*|\bimport\s*\(\s*|\bfrom\s*|\bimport\s*)(['"])([^'"\n\\]+)\1/g;

/** What a module seems to load that is no part of Node.js; comments and texts are taken at their word. */
export function foreignImports(source: string): string[] {
  return [...new Set([...source.matchAll(IMPORT)].map(([, , name]) => name).filter((name) => !isBuiltin(name)))];
}
