import { InvokeCommand, InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { LambdaInvoker } from '../../../lambda-src/adapters/lambda-invoker';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:mine:live';

/** What Lambda answers; also an error of a function comes with status 200. */
function lambdaAnswers(answer: { payload?: string; error?: string }) {
  return jest.spyOn(LambdaClient.prototype, 'send').mockImplementation(async (): Promise<InvokeCommandOutput> => ({
    $metadata: {},
    StatusCode: 200,
    FunctionError: answer.error,
    Payload: answer.payload === undefined ? undefined : Buffer.from(answer.payload) as never,
  }));
}
afterEach(() => jest.restoreAllMocks());

const invoke = () => new LambdaInvoker(ARN).invoke({ uploadId: 'ü' }, 1000);

test('calls the function by its ARN, with the event as JSON, and returns what it says', async () => {
  const send = lambdaAnswers({ payload: '{"result":"ü"}' });
  expect(await invoke()).toEqual({ payload: '{"result":"ü"}' });
  const [command, options] = send.mock.calls[0] as unknown as [InvokeCommand, { abortSignal: AbortSignal }];
  expect(command.input).toEqual({ FunctionName: ARN, Payload: '{"uploadId":"ü"}' });
  expect(options.abortSignal.aborted).toBe(false);
});

test('a function without an answer says nothing', async () => {
  lambdaAnswers({});
  expect(await invoke()).toEqual({ payload: '' });
});

test.each([
  ['{"errorType":"ValueError","errorMessage":"secret","stackTrace":[]}', 'ValueError'],
  ['{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out"}', 'Sandbox.Timedout'],
  ['{"errorType":"java.lang.IllegalStateException"}', 'java.lang.IllegalStateException'],
  ['{"errorType":"a text, not a type"}', 'an error'],
  [`{"errorType":"${'x'.repeat(101)}"}`, 'an error'],
  ['{"errorType":7}', 'an error'],
  ['{}', 'an error'],
  ['null', 'an error'],
  ['not JSON', 'an error'],
])('of an error %.60s only the type is told', async (payload, errorType) => {
  lambdaAnswers({ payload, error: 'Unhandled' });
  expect(await invoke()).toEqual({ errorType, functionName: 'mine' });
});

test('the call is given up when the time is over', async () => {
  jest.spyOn(LambdaClient.prototype, 'send').mockImplementation(((_command: unknown, { abortSignal }: { abortSignal: AbortSignal }) => (
    new Promise((_, reject) => { abortSignal.addEventListener('abort', () => reject(new Error('aborted'))); })
  )) as never);
  await expect(new LambdaInvoker(ARN).invoke({}, 20)).rejects.toThrow('aborted');
});
