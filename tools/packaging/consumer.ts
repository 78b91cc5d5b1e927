import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { unpackTarball } from './npm-pack';
import { NODE_MODULES } from './paths';

/** A project of somebody who installed the package, away from this checkout and its tools. */
export class Consumer {
  /** An empty project with the packed package, its peers and Node's types. */
  public static async install(tarball: string): Promise<Consumer> {
    const consumer = new Consumer(realpathSync(mkdtempSync(join(tmpdir(), 'upload-ingest-consumer-'))));
    const installed = consumer.path('node_modules', 'cdk-upload-ingest');
    mkdirSync(installed, { recursive: true });
    await unpackTarball(tarball, installed);
    for (const peer of ['aws-cdk-lib', 'constructs', '@types/node']) {
      mkdirSync(dirname(consumer.path('node_modules', peer)), { recursive: true });
      symlinkSync(join(NODE_MODULES, peer), consumer.path('node_modules', peer));
    }
    writeFileSync(consumer.path('package.json'), JSON.stringify({ name: 'consumer', private: true }));
    return consumer;
  }

  private constructor(public readonly folder: string) {}

  public path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Copies files into the project. */
  public add(...files: string[]): void {
    for (const file of files) cpSync(file, this.path(basename(file)));
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
