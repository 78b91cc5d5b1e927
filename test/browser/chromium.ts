import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { ENGINE_DIR } from '../../tools/local-engine';
import { withLock } from '../../tools/local-engine/lock';
import { runCommand } from '../../tools/local-engine/run-command';

/** Where distributions put it. */
const USUAL_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts headless Chromium: that of `CHROMIUM_PATH`, or the machine's, or one installed with apt. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPath(),
    // CI runs as root, where the sandbox cannot; the engine signs its own certificate; /dev/shm of a container is small.
    args: ['--no-sandbox', '--ignore-certificate-errors', '--disable-dev-shm-usage',
      // The page has the name of a public site and the engine a private address, which a browser would ask its user about.
      '--disable-features=LocalNetworkAccessChecks'],
  });
}

async function chromiumPath(): Promise<string> {
  const given = process.env.CHROMIUM_PATH;
  if (given) return given;
  const found = () => USUAL_PATHS.find((path) => existsSync(path));
  return found() ?? await withLock('chromium', async () => {
    if (!found()) await installChromium();
    const path = found();
    if (path) return path;
    throw new Error(`Chromium was installed, but is not at ${USUAL_PATHS.join(', ')}. Say where it is with CHROMIUM_PATH.`);
  });
}

async function installChromium(): Promise<void> {
  const byHand = 'The browser tests need Chromium. Install it (Debian: sudo apt-get install chromium), or say where it is with CHROMIUM_PATH.';
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(byHand);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = async (...args: string[]) => runCommand('apt-get', args, { cwd: '/', env, log: join(ENGINE_DIR, 'browser', `apt-${args[0]}.log`) });
  try {
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', 'chromium');
  } catch (error) {
    throw new Error(`${byHand}\n${(error as Error).message}`);
  }
}
