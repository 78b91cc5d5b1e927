// What runs in the browser: the published Uppy, set up as its documentation says, and a way to look at what it does.
import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import GoldenRetriever from '@uppy/golden-retriever';

/** Events that tests wait for; each is kept with what it says. */
const EVENTS = ['file-added', 'restored', 's3-multipart:part-uploaded', 'upload-success', 'upload-error', 'error', 'complete', 'cancel-all'];

window.uppyTest = {
  seen: [],
  /** Every call of `signRequest` (Uppy 6), since only Uppy knows what it asks for. */
  signed: [],

  start({ s3, signRequest, multipart }) {
    const uppy = new Uppy({ id: 'catalog', autoProceed: false });
    uppy.use(AwsS3, {
      shouldUseMultipart: multipart,
      ...s3,
      ...(signRequest === undefined ? {} : { signRequest: (request) => sign(signRequest, request) }),
    });
    uppy.use(GoldenRetriever);
    for (const event of EVENTS) uppy.on(event, (...details) => this.seen.push({ event, ...plain(details) }));
    document.querySelector('#files').addEventListener('change', ({ target }) => {
      for (const file of target.files) uppy.addFile({ name: file.name, type: file.type, data: file });
    });
    this.uppy = uppy;
  },

  /** Resolves at once for an event that has been already. */
  async saw(event) {
    for (;;) {
      const found = this.seen.find((entry) => entry.event === event);
      if (found) return found;
      await new Promise((resolve) => this.uppy.once(event, resolve));
    }
  },

  /** What Golden Retriever has on disk, as text: it writes with a delay, and a reload before that would lose it. */
  async stored() {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open('uppy-blobs');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    try {
      const stores = [...database.objectStoreNames];
      const all = await Promise.all(stores.map((name) => new Promise((resolve, reject) => {
        const request = database.transaction([name]).objectStore(name).getAll();
        request.onsuccess = () => resolve(request.result.map(({ id, data, metadata }) => ({ id, bytes: data?.size, metadata })));
        request.onerror = () => reject(request.error);
      })));
      return JSON.stringify([all, { ...localStorage }]);
    } finally {
      database.close();
    }
  },
};

async function sign({ url, headers }, request) {
  window.uppyTest.signed.push(request);
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(request) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.code}: ${answer.detail}`);
  return answer;
}

/** What of an event's details can leave the page. */
function plain(details) {
  const errors = details.filter((detail) => detail instanceof Error).map(({ message, cause }) => `${message}${cause ? `: ${cause.message}` : ''}`);
  const file = details.find((detail) => detail?.id && detail?.name);
  const result = details.find((detail) => detail?.status === 200);
  return { errors, fileName: file?.name, body: result?.body };
}
