import { describeObjectStore } from '../../support/contracts/object-store';
import { describeRecordStore } from '../../support/contracts/record-store';
import { describeSessionStore } from '../../support/contracts/session-store';
import { describeUploadStore } from '../../support/contracts/upload-store';
import { InMemoryObjects } from '../../support/fakes/in-memory-objects';
import { InMemoryRecords } from '../../support/fakes/in-memory-records';
import { InMemorySessions } from '../../support/fakes/in-memory-sessions';
import { InMemoryUploads } from '../../support/fakes/in-memory-uploads';

// test/e2e holds the real adapters to the same contracts.
describeUploadStore('InMemoryUploads', async () => new InMemoryUploads());
describeRecordStore('InMemoryRecords', async (items) => new InMemoryRecords(items));
describeSessionStore('InMemorySessions', async () => {
  let now = new Date();
  return { store: new InMemorySessions(() => now), setClock: (time) => { now = new Date(time); } };
});
describeObjectStore('InMemoryObjects', async () => {
  const store = new InMemoryObjects();
  return {
    store,
    sendPart: async (_, multipartId, partNumber, content) => store.sendPart(multipartId, partNumber, content),
    send: async (key, content) => store.send(key, content),
  };
});
