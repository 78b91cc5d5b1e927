import { spawnSync } from 'node:child_process';
import { StepFailed } from './steps.mjs';

const OLDEST_NODE = 20;

export function requireNode() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE) {
    throw new StepFailed(`Node.js ${OLDEST_NODE} or newer is needed, this is ${process.version}. Get it from https://nodejs.org`);
  }
}

/** The local engine is a Python program in a virtual environment of its own. */
export function requirePython() {
  if (process.env.UPLOAD_INGEST_TARGET === 'aws') return;
  const check = 'import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 10) else 3)';
  const { status, error } = spawnSync('python3', ['-c', check], { stdio: 'ignore' });
  if (error) {
    throw new StepFailed('Python 3.10 or newer is needed to run the local engine, and there is no python3.\n'
      + '  Debian, Ubuntu: sudo apt-get install python3 python3-venv\n  macOS: brew install python\n  else: https://www.python.org/downloads');
  }
  if (status === 3) throw new StepFailed('Python 3.10 or newer is needed to run the local engine; python3 is older. See https://www.python.org/downloads');
  if (status !== 0) {
    throw new StepFailed('python3 lacks the venv module, which the local engine is installed with.\n'
      + '  Debian, Ubuntu: sudo apt-get install python3-venv');
  }
}
