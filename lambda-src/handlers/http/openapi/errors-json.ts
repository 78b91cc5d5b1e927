import { RouteModel } from '../../../../src/private/api/routes';
import { ERROR_STATUS, ErrorCode } from '../../../domain/api-error';
import { Audience, GATEWAY_ERRORS, GATEWAY_PROBLEM_SCHEMAS, gatewayAnswerSchema, gatewayCodes } from './gateway-problems';
import { EVERY_ANSWER, headersJson } from './headers-json';
import { Json } from './operation';
import { problemName } from './problem-schema';
import { ERROR_MEANINGS, PROBLEM_SCHEMAS } from './problems';
import { jsonSchema, reference } from './schemas';
import { SharedResponses } from './shared-responses';

/** With these API Gateway fails, whoever asks. */
const GATEWAY_FAILURES: Readonly<Record<number, string>> = {
  500: 'It failed.',
  503: 'The function did not answer in time, or could not be called.',
  504: 'The function did not answer in time.',
};
const MORE_HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = { 503: { 'Retry-After': 'Seconds to wait.' } };

interface Problem {
  readonly code: string;
  readonly meaning: string;
  readonly schema: Json;
}

/** The errors of a route by status: ours, and what API Gateway answers before or instead of a function. */
export function errorsJson(route: RouteModel, codes: readonly ErrorCode[], shared: SharedResponses): Json {
  const audiences: Audience[] = [
    'all', ...(route.group === 'public' ? [] : ['callers' as const]), ...(route.method === 'POST' ? ['senders' as const] : []),
  ];
  const gatewayStatuses = Object.values(GATEWAY_ERRORS).filter(({ audience }) => audiences.includes(audience)).map(({ status }) => status);
  const statuses = new Set([...codes.map((code) => ERROR_STATUS[code]), ...gatewayStatuses, ...Object.keys(GATEWAY_FAILURES).map(Number)]);
  return Object.fromEntries([...statuses].sort((a, b) => a - b).map((status) => {
    const problems = codes.filter((code) => ERROR_STATUS[code] === status || (code === 'BUSY' && status === 504)).map(ours);
    const fromGateway = gatewayCodes(status, audiences).map((code): Problem => (
      { code, meaning: GATEWAY_ERRORS[code].meaning, schema: jsonSchema(GATEWAY_PROBLEM_SCHEMAS[code]) }
    ));
    const answeredByGateway = status in GATEWAY_FAILURES || fromGateway.length > 0;
    return [status, shared.share(status, errorJson(status, [...problems, ...fromGateway], answeredByGateway))];
  }));
}

function ours(code: ErrorCode): Problem {
  return { code, meaning: ERROR_MEANINGS[code], schema: jsonSchema(PROBLEM_SCHEMAS[code]) };
}

function errorJson(status: number, problems: readonly Problem[], gateway: boolean): Json {
  const failure = GATEWAY_FAILURES[status];
  const lines = [...problems.map(({ code, meaning }) => `- \`${code}\`: ${meaning}`), ...(failure ? [`- API Gateway: ${failure}`] : [])];
  return {
    description: lines.join('\n'),
    // API Gateway names the request in other ways.
    headers: headersJson({ ...EVERY_ANSWER, ...MORE_HEADERS[status] }, !gateway),
    content: {
      'application/problem+json': { schema: oneOf(problems) },
      ...(gateway ? { 'application/json': { schema: jsonSchema(gatewayAnswerSchema) } } : {}),
    },
  };
}

function oneOf(problems: readonly Problem[]): Json {
  const [only, ...others] = problems;
  if (others.length === 0) return only.schema;
  return {
    oneOf: problems.map(({ schema }) => schema),
    discriminator: { propertyName: 'code', mapping: Object.fromEntries(problems.map(({ code }) => [code, reference(problemName(code))])) },
  };
}
