import * as fc from 'fast-check';
import { IngestWorld } from '../../../support/fakes/ingest-world';
import { NEVER, QueuedUpload, turns } from '../../../support/fakes/queued-upload';
import { expectReference, referenceWorld } from '../../../support/fakes/reference-file';
import { recordModel } from '../../domain/records/record-models';

const ONCE = ['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED'];
const historyOf = ({ world }: QueuedUpload) => world.upload.history.map(({ status }) => status);

describe('an upload that takes more stages than an invocation has time for', () => {
  /** Says which stages were called. */
  function staged(stages: number): { upload: QueuedUpload; called: number[] } {
    const called: number[] = [];
    const world = new IngestWorld(recordModel({})).put('hello');
    world.handler = ({ stage }) => {
      const nth = Number(stage ?? 0);
      called.push(nth);
      world.clock += 200_000;
      return nth + 1 < stages ? { stage: String(nth + 1), state: nth } : { result: 'done' };
    };
    world.callMilliseconds = 200_000;
    return { called, upload: new QueuedUpload(world) };
  }

  test('however long its jobs wait, and even when they are lost, it goes on at its stage and is done once', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 8 }), turns(NEVER), async (stages, eventful) => {
      const { upload, called } = staged(stages);
      await upload.run(eventful);
      expect(upload.world.upload).toMatchObject({ status: 'COMPLETED', result: 'done' });
      expect(called).toEqual(Array.from({ length: stages }, (_, stage) => stage));
      expect(historyOf(upload)).toEqual(ONCE);
    }), { numRuns: 100 });
  });

  test('whatever else goes wrong, it comes to an end, and never goes back to a stage behind it', async () => {
    const faulty = turns(fc.oneof(NEVER, fc.integer({ min: 1, max: 9 })));
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 5 }), faulty, async (stages, eventful) => {
      const { upload, called } = staged(stages);
      await upload.run(eventful);
      expect(upload.hasEnded).toBe(true);
      if (historyOf(upload).filter((status) => status === 'PROCESSING').length > 1) return;
      expect(called).toEqual([...called].sort((a, b) => a - b));
    }), { numRuns: 200 });
  });
});

describe('a file that takes more reading than an invocation has time for', () => {
  const policies = fc.constantFrom('reject' as const, 'last-wins' as const);
  /** The file is read in eight seconds, and written in some thirty. */
  const time = fc.integer({ min: 11_000, max: 20_000 });

  test('however long its jobs wait, and even when they are lost, it goes on where it was, and every row counts once', async () => {
    await fc.assert(fc.asyncProperty(policies, time, turns(NEVER), async (policy, workMilliseconds, eventful) => {
      const upload = new QueuedUpload(referenceWorld(policy), workMilliseconds);
      await upload.run(eventful);
      expectReference(upload.world, policy);
      expect(historyOf(upload)).toEqual(ONCE);
      expect(upload.world.jobs.length).toBeGreaterThan(0);
    }), { numRuns: 60 });
  });

  test('whatever else goes wrong, it comes to an end, which is exact', async () => {
    const faulty = turns(fc.oneof(NEVER, fc.integer({ min: 1, max: 25 })));
    await fc.assert(fc.asyncProperty(policies, time, faulty, async (policy, workMilliseconds, eventful) => {
      const upload = new QueuedUpload(referenceWorld(policy), workMilliseconds);
      await upload.run(eventful);
      expect(upload.hasEnded).toBe(true);
      if (upload.world.upload.status === 'COMPLETED') expectReference(upload.world, policy);
      else expect(upload.world.upload.error!.code).toMatch(/^PROCESSING_(FAILED|TIMED_OUT)$/);
    }), { numRuns: 150 });
  });
});
