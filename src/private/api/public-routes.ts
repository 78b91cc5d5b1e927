import { NagSuppression } from '../nag-suppressions';

/** Why a public route wants no credentials, for cdk-nag. */
export function publicReason(path: string): NagSuppression {
  return { id: 'AwsSolutions-APIG4', reason: REASONS.find(([prefix]) => path.startsWith(prefix))![1] };
}

const REASONS: [prefix: string, reason: string][] = [
  ['/health', 'Load balancers and monitors ask for the health without credentials, and the answer tells nothing else.'],
  ['/openapi.json', 'The document describes the API as the README does, and holds no data.'],
  ['/u/', 'The token in the path is the right to call it: 256 random bits that expire, for clients that can send no header.'],
];
