import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, CDPSession, Page, Response } from 'playwright-core';
import { uppyScript, type UppyVersion } from './uppy-bundle';

/** Where the page seems to be: another origin than the API's and the bucket's, as in life. */
export const PAGE_ORIGIN = 'https://shop.example';

/** How Uppy is set up; `s3` are options of @uppy/aws-s3 as its documentation has them. */
export interface UppySetup {
  readonly version: UppyVersion;
  readonly s3: Readonly<Record<string, unknown>>;
  /** For `signRequest`, which is a function and so must be made in the page: what it calls. */
  readonly signRequest?: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  readonly multipart: boolean;
}

export interface UppyEvent {
  readonly event: string;
  readonly errors: readonly string[];
  readonly fileName?: string;
  readonly body?: { readonly location?: string; readonly key?: string };
}

/** What page.mjs puts on the window. */
interface UppyTest {
  readonly seen: UppyEvent[];
  readonly uppy: Record<'upload' | 'pauseAll' | 'resumeAll' | 'cancelAll', () => void> & {
    emit(event: string): void;
    getState(): { readonly files: Readonly<Record<string, { readonly s3Multipart: { readonly uploadId: string; readonly key: string } }>> };
  };
  start(setup: object): void;
  saw(event: string): Promise<UppyEvent>;
  stored(): Promise<string>;
}
declare const uppyTest: UppyTest;

/**
 * A browser with Uppy in it. Requests are held through Chromium's own protocol and not with `page.route`, which would answer
 * every preflight by itself: whether the API's and the bucket's CORS rules do is what is tested.
 */
export class UppyPage {
  public static async open(browser: Browser, setup: UppySetup): Promise<UppyPage> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const uppy = new UppyPage(context, page, await context.newCDPSession(page), setup, readFileSync(await uppyScript(setup.version)));
    await uppy.serve();
    await page.goto(`${PAGE_ORIGIN}/`);
    await uppy.start();
    return uppy;
  }

  /** Everything the page said on its console. */
  public readonly console: string[] = [];
  /** Numbers of the parts that the browser has begun to send to S3, in order. */
  public readonly sentParts: number[] = [];
  /** What the browser was told of the parts that are there, each time that it asked S3, or the API. */
  public readonly partLists: Promise<string>[] = [];
  private heldPart?: { readonly number: number; readonly reached: () => void };

  private constructor(
    private readonly context: BrowserContext,
    private readonly page: Page,
    private readonly devtools: CDPSession,
    private readonly setup: UppySetup,
    private readonly script: Buffer,
  ) {
    page.on('console', (message) => this.console.push(`${message.type()}: ${message.text()}`));
    page.on('request', (request) => {
      const part = new URL(request.url()).searchParams.get('partNumber');
      if (request.method() === 'PUT' && part !== null) this.sentParts.push(Number(part));
    });
    page.on('response', (response) => {
      if (response.request().method() === 'GET' && asksForParts(new URL(response.url()))) this.partLists.push(response.text());
    });
    page.on('pageerror', (error) => this.console.push(`error: ${error.message}`));
  }

  /** Gives Uppy a file as a person would. */
  public async choose(path: string): Promise<void> {
    await this.page.setInputFiles('#files', path);
    await this.saw('file-added');
  }

  /** Does not wait for the end. */
  public async upload(): Promise<void> {
    await this.page.evaluate(() => {
      uppyTest.uppy.upload();
    });
  }

  public async pause(): Promise<void> {
    await this.page.evaluate(() => uppyTest.uppy.pauseAll());
  }

  public async resume(): Promise<void> {
    await this.page.evaluate(() => uppyTest.uppy.resumeAll());
  }

  /** Cancels everything; returns the answer to the request that tells S3, or the API. */
  public async cancel(): Promise<Response> {
    const told = this.page.waitForResponse((response) => response.request().method() === 'DELETE');
    await this.page.evaluate(() => uppyTest.uppy.cancelAll());
    return told;
  }

  /** Loads the page again once Golden Retriever has written down the upload and the file, and goes on with it. */
  public async reload(): Promise<void> {
    const { uploadId } = await this.multipart();
    await this.page.waitForFunction(async (id) => {
      const stored = await uppyTest.stored();
      return stored.includes(id) && /"bytes":\d/.test(stored);
    }, uploadId);
    await this.page.reload();
    this.letPartsGo();
    await this.start();
    await this.saw('restored');
    await this.page.evaluate(() => uppyTest.uppy.emit('restore-confirmed'));
  }

  /** Waits for an event of Uppy; an error of the upload, where none was waited for, fails. */
  public async saw(event: string): Promise<UppyEvent> {
    const failure = event === 'upload-error' ? [] : [this.page.evaluate(() => uppyTest.saw('upload-error'))];
    const first = await Promise.race([this.page.evaluate((name) => uppyTest.saw(name), event), ...failure]);
    if (first.event !== event) throw new Error(`the upload failed: ${first.errors.join(', ')}\n${this.console.join('\n')}`);
    return first;
  }

  /** Uploads until the first part is there and the browser has tried to send the second, which S3 does not get before `letPartsGo`. */
  public async uploadFirstPart(): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.heldPart = { number: 2, reached: resolve };
    });
    await this.upload();
    await Promise.all([this.saw('s3-multipart:part-uploaded'), reached]);
  }

  /** S3's id and key of the upload that is under way. */
  public async multipart(): Promise<{ readonly uploadId: string; readonly key: string }> {
    return this.page.evaluate(() => Object.values(uppyTest.uppy.getState().files)[0].s3Multipart);
  }

  public letPartsGo(): void {
    this.heldPart = undefined;
  }

  public async close(): Promise<void> {
    await this.context.close();
  }

  private async start(): Promise<void> {
    const { s3, signRequest, multipart } = this.setup;
    await this.page.evaluate((setup) => uppyTest.start(setup), { s3, signRequest, multipart });
  }

  private async serve(): Promise<void> {
    this.devtools.on('Fetch.requestPaused', ({ requestId, request }) => {
      // A request that the page has given up meanwhile can be answered no more.
      this.answer(requestId, request).catch(() => {});
    });
    await this.devtools.send('Fetch.enable', { patterns: [{ urlPattern: `${PAGE_ORIGIN}/*` }, { urlPattern: '*partNumber=*' }] });
  }

  private async answer(requestId: string, { url, method }: { url: string; method: string }): Promise<void> {
    if (url.startsWith(PAGE_ORIGIN)) {
      const isScript = new URL(url).pathname === '/page.js';
      await this.devtools.send('Fetch.fulfillRequest', {
        requestId,
        responseCode: 200,
        responseHeaders: [{ name: 'content-type', value: isScript ? 'text/javascript' : 'text/html; charset=utf-8' }],
        body: (isScript ? this.script : Buffer.from(HTML)).toString('base64'),
      });
      return;
    }
    const held = this.heldPart;
    if (held && method === 'PUT' && new URL(url).searchParams.get('partNumber') === String(held.number)) {
      held.reached();
      return;
    }
    await this.devtools.send('Fetch.continueRequest', { requestId });
  }
}

const HTML = '<!doctype html><title>Upload</title><link rel="icon" href="data:,"><input type="file" id="files"><script src="/page.js"></script>';

function asksForParts({ pathname, searchParams }: URL): boolean {
  return /\/s3\/multipart\/[^/]+$/.test(pathname) || (searchParams.has('uploadId') && !searchParams.has('partNumber'));
}
