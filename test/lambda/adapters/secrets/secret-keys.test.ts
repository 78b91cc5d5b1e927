import { AwsError } from '../../../../lambda-src/adapters/aws/aws-error';
import { SecretKeys } from '../../../../lambda-src/adapters/secrets/secret-keys';

const OLD = 'o'.repeat(32);
const NEW = 'n'.repeat(32);
type Stage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** A secret with versions, and a clock. */
class World {
  public versions: Partial<Record<Stage, string>> = { AWSCURRENT: OLD };
  public now = 0;
  public reads = 0;
  public failure: Error | undefined;
  public readonly weak: Stage[] = [];
  public readonly keys = new SecretKeys({
    secretArn: 'arn:secret',
    secrets: { secretText: (arn, stage = 'AWSCURRENT') => this.read(arn, stage) },
    now: () => this.now,
    onWeakKey: (stage) => this.weak.push(stage),
  });

  public async texts(): Promise<string[]> {
    return (await this.keys.current()).map((key) => new TextDecoder().decode(key));
  }

  private async read(arn: string, stage: Stage): Promise<string> {
    expect(arn).toBe('arn:secret');
    this.reads += stage === 'AWSCURRENT' ? 1 : 0;
    if (this.failure) throw this.failure;
    const text = this.versions[stage];
    if (text === undefined) throw new AwsError({ service: 'secretsmanager', operation: 'GetSecretValue', status: 400, code: 'ResourceNotFoundException' });
    return text;
  }
}

test('a secret that was never rotated is one key', async () => {
  expect(await new World().texts()).toEqual([OLD]);
});

test('while it is rotated the previous version is one, too', async () => {
  const world = new World();
  world.versions = { AWSCURRENT: NEW, AWSPREVIOUS: OLD };
  expect(await world.texts()).toEqual([NEW, OLD]);
});

test('it is read again after five minutes, and not before', async () => {
  const world = new World();
  await world.texts();
  world.versions = { AWSCURRENT: NEW };
  world.now = 5 * 60_000 - 1;
  expect(await world.texts()).toEqual([OLD]);
  world.now = 5 * 60_000;
  expect(await world.texts()).toEqual([NEW]);
  expect(world.reads).toBe(2);
});

test('requests at the same time read it once', async () => {
  const world = new World();
  await Promise.all([world.texts(), world.texts(), world.texts()]);
  expect(world.reads).toBe(1);
});

test('it can be read again at once, but not all the time', async () => {
  const world = new World();
  await world.texts();
  expect(await world.keys.refreshed()).toBeUndefined();
  world.now = 10_000;
  expect(await world.keys.refreshed()).toHaveLength(1);
  expect(await world.keys.refreshed()).toBeUndefined();
  expect(world.reads).toBe(2);
});

test('a failure is no answer that is kept', async () => {
  const world = new World();
  world.failure = new Error('no network');
  await expect(world.texts()).rejects.toThrow('no network');
  world.failure = undefined;
  expect(await world.texts()).toEqual([OLD]);
});

test('a current version that is gone is a failure, not a secret without keys', async () => {
  const world = new World();
  world.versions = {};
  await expect(world.texts()).rejects.toThrow('ResourceNotFoundException');
});

test.each([
  [31, [], ['AWSCURRENT']],
  [32, ['x'.repeat(32)], []],
])('a secret of %d bytes', async (bytes, keys, weak) => {
  const world = new World();
  world.versions = { AWSCURRENT: 'x'.repeat(bytes) };
  expect(await world.texts()).toEqual(keys);
  expect(world.weak).toEqual(weak);
});

test('bytes are counted, not characters', async () => {
  const world = new World();
  world.versions = { AWSCURRENT: 'é'.repeat(16) };
  expect(await world.texts()).toEqual(['é'.repeat(16)]);
});

test('a previous version that is too short is left out; a current one that is too short lets nobody in', async () => {
  const world = new World();
  world.versions = { AWSCURRENT: NEW, AWSPREVIOUS: 'short' };
  expect(await world.texts()).toEqual([NEW]);
  const other = new World();
  other.versions = { AWSCURRENT: 'short', AWSPREVIOUS: OLD };
  expect(await other.texts()).toEqual([]);
});
