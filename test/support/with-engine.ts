import { ensureEngine } from '../../tools/local-engine';
import { EngineResources } from './engine-resources';
import { awsClients } from './local-engine';

/** What tests on the local engine work with, once they run. */
export interface Engine {
  readonly clients: ReturnType<typeof awsClients>;
  readonly resources: EngineResources;
}

/** For the top of a file or of a `describe`: the engine is there before its tests, and what they make in it goes after them. */
export function withEngine(): Engine {
  const engine: { -readonly [Member in keyof Engine]?: Engine[Member] } = {};
  beforeAll(async () => {
    await ensureEngine();
    engine.clients = awsClients();
    engine.resources = new EngineResources(engine.clients);
  }, 120_000);
  afterAll(async () => engine.resources?.remove());
  return engine as Engine;
}
