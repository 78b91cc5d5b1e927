export { Consumer } from './consumer';
export { packedPaths, pathsInTarball } from './npm-pack';
export { buildPackages } from './packages';
export { pythonWith } from './python-environment';
export { filesIn } from './stamp';
export { readSynthesis, synthesize, type Synthesis } from './synthesis';
