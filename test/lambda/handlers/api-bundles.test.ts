import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { BUNDLE_OPTIONS, ROOT } from '../../../tools/bundle-options';

function bundled(entryPoint: string): { bytes: number; sources: string[] } {
  const { metafile } = buildSync({ ...BUNDLE_OPTIONS, entryPoints: [join(ROOT, entryPoint)], outfile: 'unwritten.js', metafile: true, write: false });
  const [{ bytes, inputs }] = Object.values(metafile.outputs);
  const sources = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
  return { bytes, sources };
}

/** `npm run bench` measures the time that follows from it, which no test could do reliably. */
test.each(['upload-api', 'completion-api', 'query-api', 'token-authorizer'])('%s is at most half of what it would be with the SDK', (name) => {
  const { bytes, sources } = bundled(`lambda-src/handlers/${name}.ts`);
  expect(bytes / bundled('tools/bench/usual-function.ts').bytes).toBeLessThan(0.5);
  expect(sources.filter((path) => /node_modules\/(@aws-sdk\/(client|lib|core|credential)|aws-xray-sdk)/.test(path))).toEqual([]);
});

test.each(['upload-api', 'completion-api', 'query-api', 'processor'])('%s can be traced', (name) => {
  expect(bundled(`lambda-src/handlers/${name}.ts`).sources).toContain('lambda-src/handlers/tracing/with-tracing.ts');
});
