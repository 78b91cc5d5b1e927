/** The parts of an API Gateway event that say who signed the request; of HTTP APIs (2.0 and 1.0) and of REST APIs. */
interface SignedEvent {
  readonly requestContext: {
    readonly authorizer?: { readonly iam?: { readonly userArn?: unknown } | null } | null;
    readonly identity?: { readonly userArn?: unknown } | null;
  };
}

/** ARN of the IAM identity that the gateway authenticated; null: this route does not ask for one. */
export function callerArn(event: unknown): string | null {
  const { authorizer, identity } = (event as SignedEvent).requestContext;
  const arn = authorizer?.iam?.userArn ?? identity?.userArn;
  return typeof arn === 'string' && arn !== '' ? arn : null;
}
