import { DuplicateKeysPolicy } from '../../../../src/private/contract';
import { Fault, FAULTS, Invocation } from '../../../support/fakes/invocation';
import { expectReference, referenceWorld } from '../../../support/fakes/reference-file';

const cases = (['reject', 'last-wins'] as const).flatMap((policy) => FAULTS.map((fault): [DuplicateKeysPolicy, Fault] => [policy, fault]));

test.each(['reject', 'last-wins'] as const)('without faults the records are those of the reference (%s)', async (policy) => {
  const made = referenceWorld(policy);
  const invocation = new Invocation();
  await made.deliver({}, { invocation });
  expectReference(made, policy);
  // Claim, bytes, checkpoints and end; rejects that were stored on the way are put together and deleted.
  expect(invocation.calls.filter((call) => call === 'save').length).toBeGreaterThan(6);
  expect(invocation.calls).toEqual(expect.arrayContaining(['putSegment', 'assemble', 'deleteSegments']));
  expect(made.rejects.segments.size).toBe(0);
  expect(made.upload.history.map(({ status }) => status)).toEqual(['PENDING', 'UPLOADED', 'PROCESSING', 'COMPLETED']);
});

test.each(cases)('after a fault at any call a new delivery completes the upload exactly (%s, %s)', async (policy, fault) => {
  for (let faultAt = 1; ; faultAt++) {
    const made = referenceWorld(policy);
    const invocation = new Invocation(faultAt, fault);
    const first = made.deliver({}, { invocation }).then(() => 'done', () => 'failed');
    await Promise.race([first, invocation.killed]);
    if (!invocation.struck) {
      expect(faultAt).toBeGreaterThan(30);
      return;
    }
    await made.deliverUntilDone();
    expectReference(made, policy);
  }
});

test.each(cases)('two faulty deliveries one after the other do no more harm than one (%s, %s)', async (policy, fault) => {
  const calls = new Invocation();
  await referenceWorld(policy).deliver({}, { invocation: calls });
  for (let faultAt = 1; faultAt <= calls.calls.length; faultAt += 3) {
    const made = referenceWorld(policy);
    for (const at of [faultAt, calls.calls.length - faultAt]) {
      const invocation = new Invocation(at, fault);
      await Promise.race([made.deliver({}, { invocation }).catch(() => 'failed'), invocation.killed]);
      made.clock += 301_000;
    }
    await made.deliverUntilDone();
    expectReference(made, policy);
  }
});

test.each(FAULTS)('when the last attempt meets a fault anywhere, the upload ends, or the sweeper can end it (%s)', async (fault) => {
  for (let faultAt = 1; ; faultAt++) {
    const made = referenceWorld('reject');
    const invocation = new Invocation(faultAt, fault);
    await Promise.race([made.deliver({ isLast: true }, { invocation }).catch(() => 'failed'), invocation.killed]);
    if (!invocation.struck) return;
    const { status, deadline, error } = made.upload;
    if (deadline === null) expect([status, error?.code]).toEqual(expect.arrayContaining([expect.stringMatching('COMPLETED|PROCESSING_FAILED')]));
    else expect(['PENDING', 'PROCESSING']).toContain(status);
    // Redriven from the dead-letter queue it is processed as if nothing had happened.
    made.clock += 301_000;
    await made.deliverUntilDone();
    expectReference(made, 'reject');
  }
});
