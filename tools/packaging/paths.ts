import { join } from 'node:path';
import { ENGINE_DIR, PROJECT_ROOT } from '../local-engine';

/** What one run of the packaging tests leaves for the next one. */
export const PACKAGING_DIR = join(ENGINE_DIR, 'packaging');
export const VENV_DIR = join(ENGINE_DIR, 'packaging-venv');
export const LOG_DIR = join(ENGINE_DIR, 'logs');
export const NODE_MODULES = join(PROJECT_ROOT, 'node_modules');
