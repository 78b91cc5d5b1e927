import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import { engineEndpoint, enginePort } from './settings';

const PROBE_TIMEOUT_MILLISECONDS = 2_000;

/** Whether the emulator answers on the engine's port. */
export async function isHealthy(): Promise<boolean> {
  const url = new URL('/_ministack/health', engineEndpoint());
  const options = { timeout: PROBE_TIMEOUT_MILLISECONDS };
  return new Promise((resolve) => {
    const request = url.protocol === 'https:'
      // Only "does it answer" is asked here, and the certificate is the engine's own.
      ? https.get(url, { ...options, rejectUnauthorized: false })
      : http.get(url, options);
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy(new Error('timeout')));
    request.once('error', () => resolve(false));
  });
}

/** Whether anything at all listens on the engine's port. */
export async function isPortTaken(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port: enginePort(), timeout: PROBE_TIMEOUT_MILLISECONDS });
    const settle = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
