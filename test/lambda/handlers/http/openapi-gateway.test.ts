import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ERROR_STATUS } from '../../../../lambda-src/domain/api-error';
import { GATEWAY_CODES, GATEWAY_ERRORS } from '../../../../lambda-src/handlers/http/openapi/gateway-problems';
import { PROBLEM_SCHEMAS } from '../../../../lambda-src/handlers/http/openapi/problems';
import { UploadApi, UploadAuth, UploadIngestPipeline } from '../../../../src';

interface GatewayProblem { readonly code: string; readonly status?: number }

/** What the REST API of a pipeline answers itself, with the status of the answer where it is always the same. */
function answersOf(auth: UploadAuth): { readonly status?: number; readonly problem: GatewayProblem }[] {
  const stack = new Stack();
  new UploadIngestPipeline(stack, 'Pipeline', { api: UploadApi.rest({ auth }) });
  const found = Object.values(Template.fromStack(stack).findResources('AWS::ApiGateway::GatewayResponse'));
  return found.map(({ Properties: { StatusCode, ResponseTemplates } }) => ({
    status: StatusCode === undefined ? undefined : Number(StatusCode),
    problem: JSON.parse(String(ResponseTemplates['application/json'])) as GatewayProblem,
  }));
}

const answers = [...answersOf(UploadAuth.iam()), ...answersOf(UploadAuth.none())];

test.each(answers.map(({ problem, status }) => [problem.code, status, problem] as const))('%s (%s) is in the OpenAPI document', (code, status, problem) => {
  expect(problem.status).toBe(status);
  if (code in ERROR_STATUS) {
    const schema = PROBLEM_SCHEMAS[code as keyof typeof ERROR_STATUS];
    expect(schema.parse(problem)).toEqual(problem);
  } else {
    const documented = GATEWAY_ERRORS[code as keyof typeof GATEWAY_ERRORS];
    expect(documented.status).toBe(status ?? documented.status);
  }
});

test('and nothing that it never says', () => {
  const said = new Set(answers.map(({ problem }) => problem.code));
  expect(GATEWAY_CODES.filter((code) => !said.has(code))).toEqual([]);
});
