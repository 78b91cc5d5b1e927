import { IdempotencyConfig, IdempotencyItemAlreadyExistsError, IdempotencyItemNotFoundError } from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer } from '@aws-lambda-powertools/idempotency/persistence';

const REQUEST = { key: 'a1', body: { name: 'ü' } };
const RESULT = { statusCode: 201, list: [1, null, 'x'], nested: { is: true } };
const HOUR = 3600;

/** What Powertools expects of every persistence layer; each time on an empty one. */
export function describeIdempotencyRecords(name: string, emptyLayer: () => Promise<BasePersistenceLayer>): void {
  describe(`${name} as a persistence layer of idempotency records`, () => {
    let layer: BasePersistenceLayer;
    let clock: number;
    const configure = (options: ConstructorParameters<typeof IdempotencyConfig>[0] = {}) => layer.configure({
      config: new IdempotencyConfig({ eventKeyJmesPath: 'key', payloadValidationJmesPath: 'body', expiresAfterSeconds: HOUR, ...options }),
    });
    const alreadyThere = async () => {
      const error: unknown = await layer.saveInProgress(REQUEST, 1000).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(IdempotencyItemAlreadyExistsError);
      return (error as IdempotencyItemAlreadyExistsError).existingRecord!;
    };
    const pass = (seconds: number) => { clock += seconds * 1000; };

    beforeEach(async () => {
      layer = await emptyLayer();
      clock = Date.parse('2026-01-01T00:00:00.250Z');
      jest.spyOn(Date, 'now').mockImplementation(() => clock);
    });
    afterEach(() => jest.restoreAllMocks());

    test('a request in progress is begun once, and found as it is', async () => {
      configure();
      await layer.saveInProgress(REQUEST, 1000);
      const record = await alreadyThere();
      expect(record).toMatchObject({ inProgressExpiryTimestamp: clock + 1000, responseData: undefined });
      expect(record.getStatus()).toBe('INPROGRESS');
      expect(await layer.getRecord(REQUEST)).toEqual(record);
    });

    test('of several at once one begins', async () => {
      configure();
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => layer.saveInProgress(REQUEST, 1000)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('another key is another request', async () => {
      configure();
      await layer.saveInProgress(REQUEST, 1000);
      await layer.saveInProgress({ ...REQUEST, key: 'a2' }, 1000);
    });

    test('an answer is kept with its request until its time is over', async () => {
      configure();
      await layer.saveInProgress(REQUEST, 1000);
      await layer.saveSuccess(REQUEST, RESULT);
      const record = await alreadyThere();
      expect([record.getStatus(), record.getResponse()]).toEqual(['COMPLETED', RESULT]);
      expect(layer.processExistingRecord(record, REQUEST)).toBe(record);
      expect(() => layer.processExistingRecord(record, { ...REQUEST, body: 'other' })).toThrow('Payload does not match stored record for this event key');
      pass(HOUR - 1);
      expect((await alreadyThere()).getResponse()).toEqual(RESULT);
      pass(2);
      await layer.saveInProgress(REQUEST, 1000);
      expect((await alreadyThere()).getStatus()).toBe('INPROGRESS');
    });

    test('whoever began and was killed is replaced after its time', async () => {
      configure();
      await layer.saveInProgress(REQUEST, 5000);
      pass(4);
      await alreadyThere();
      pass(2);
      await layer.saveInProgress(REQUEST, 5000);
    });

    test('an answer is not replaced when the time of its beginning is over', async () => {
      configure();
      await layer.saveInProgress(REQUEST, 5000);
      await layer.saveSuccess(REQUEST, RESULT);
      pass(60);
      expect((await alreadyThere()).getStatus()).toBe('COMPLETED');
    });

    test('a request that failed may be made again', async () => {
      configure();
      await layer.saveInProgress(REQUEST, 1000);
      await layer.deleteRecord(REQUEST);
      await expect(layer.getRecord(REQUEST)).rejects.toBeInstanceOf(IdempotencyItemNotFoundError);
      await layer.saveInProgress(REQUEST, 1000);
    });

    test('without validation no hash of the payload is kept', async () => {
      configure({ payloadValidationJmesPath: undefined });
      await layer.saveInProgress(REQUEST, 1000);
      expect((await alreadyThere()).payloadHash).toBeUndefined();
    });
  });
}
