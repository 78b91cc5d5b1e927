import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORD_MODEL_FILE, RecordModel } from '../../src/private/contract';
import { PROJECT_ROOT } from '../local-engine';

/** A function as it is deployed: its bundle, and the record model beside it. */
export class BundleFolder {
  private readonly folder = mkdtempSync(join(tmpdir(), 'upload-ingest-bundle-'));

  constructor(name: string, model: RecordModel) {
    const assets = join(PROJECT_ROOT, 'assets', name);
    const files = readdirSync(assets).filter((path) => path.endsWith('.js'));
    for (const file of files) copyFileSync(join(assets, file), join(this.folder, file));
    writeFileSync(join(this.folder, RECORD_MODEL_FILE), JSON.stringify(model));
  }

  public get index(): string {
    return join(this.folder, 'index.js');
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
