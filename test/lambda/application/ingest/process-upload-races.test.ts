import * as fc from 'fast-check';
import { Fault, FAULTS, Invocation } from '../../../support/fakes/invocation';
import { expectReference, referenceWorld } from '../../../support/fakes/reference-file';

/** An invocation whose calls take as long as the scheduler likes, so that others come in between. */
class ScheduledInvocation extends Invocation {
  constructor(private readonly scheduler: fc.Scheduler, faultAt: number, fault: Fault) {
    super(faultAt, fault);
  }

  public override async call<T>(name: string, effect: () => T | Promise<T>): Promise<T> {
    await this.scheduler.schedule(Promise.resolve(), name);
    return super.call(name, effect);
  }
}

interface Plan { readonly faultAt: number; readonly fault: Fault; readonly lease: number; readonly work: number }

const plan: fc.Arbitrary<Plan> = fc.record({
  faultAt: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 60 })),
  fault: fc.constantFrom(...FAULTS),
  // With no time at all the next delivery takes over at once, and the one before goes on as a zombie.
  lease: fc.constantFrom(0, 300_000),
  // With little time it hands over, and its job comes with the others, or later.
  work: fc.constantFrom(7_000, 270_000),
});

test('however many deliveries run at once, meet faults and outlive their leases, rows are counted once', async () => {
  await fc.assert(fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 4 }), fc.scheduler(), async (plans, scheduler) => {
    const world = referenceWorld('reject');
    const over = Promise.all(plans.map(async ({ faultAt, fault, lease, work }) => {
      const invocation = new ScheduledInvocation(scheduler, faultAt, fault);
      const delivery = world.deliver({ until: new Date(world.clock + lease), stopAt: new Date(world.clock + work) }, { invocation });
      return Promise.race([delivery.catch(() => 'failed'), invocation.killed]);
    }));
    await scheduler.waitFor(over);
    await world.deliverUntilDone();
    expectReference(world, 'reject');
    expect(world.upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
  }), { numRuns: 40 });
}, 120_000);

test('while one delivery holds the lease, no other one reads the file', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 2, max: 5 }), fc.scheduler(), async (deliveries, scheduler) => {
    const world = referenceWorld('last-wins');
    const outcomes = Promise.all(Array.from({ length: deliveries }, async () => {
      const invocation = new ScheduledInvocation(scheduler, Infinity, 'refused');
      return world.deliver({}, { invocation }).then(({ outcome }) => outcome, (error: Error) => error.name);
    }));
    const ended = await scheduler.waitFor(outcomes);
    expect(world.readings).toHaveLength(1);
    expect(ended.filter((outcome) => outcome === 'completed')).toHaveLength(1);
    expect(ended.every((outcome) => ['completed', 'StillWorking', 'skipped'].includes(outcome))).toBe(true);
    expectReference(world, 'last-wins');
  }), { numRuns: 40 });
}, 120_000);
