import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { DrugCatalog } from '../../examples/drug-catalog/stack';
import { readSynthesis, type Synthesis } from '../../tools/packaging';
import { UploadIngestPipeline } from 'cdk-upload-ingest';

/** The TypeScript example and the default pipeline, made from the sources. */
export function synthesizeFromSources(): Synthesis {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk.out-'));
  try {
    const app = new App({ outdir });
    new DrugCatalog(app, 'DrugCatalog');
    new UploadIngestPipeline(new Stack(app, 'DefaultPipeline'), 'X');
    app.synth();
    return readSynthesis(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
