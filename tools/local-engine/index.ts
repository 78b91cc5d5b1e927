export { deploy, type DeployOptions } from './deploy';
export { childEnvironment, useTarget } from './environment';
export { engineEndpoint, enginePaths, enginePort, enforcesIam, ENGINE_DIR, PROJECT_ROOT, targetsRealAccount } from './settings';
export { ensureEngine } from './start';
export { reachableUrl, type StackOutputs } from './urls';
