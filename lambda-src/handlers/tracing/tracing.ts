import { Tracer } from '@aws-lambda-powertools/tracer';
import { traceRequests } from './trace-requests';
import type { Handler } from './with-tracing';

const tracer = new Tracer({ captureHTTPsRequests: false });
if (tracer.isTracingEnabled()) traceRequests(tracer);

/**
 * Shows each invocation in AWS X-Ray: whether it was a cold start, and the error if it failed. Neither events nor answers:
 * there are signed URLs and contents of files in them.
 */
export function traced<E, R>(handler: Handler<E, R>): Handler<E, R> {
  if (!tracer.isTracingEnabled()) return handler;
  return async (event, context) => {
    const invocation = tracer.getSegment();
    if (!invocation) return handler(event, context);
    const segment = invocation.addNewSubsegment(`## ${process.env._HANDLER}`);
    tracer.setSegment(segment);
    tracer.annotateColdStart();
    tracer.addServiceNameAnnotation();
    try {
      return await handler(event, context);
    } catch (error) {
      tracer.addErrorAsMetadata(error as Error);
      throw error;
    } finally {
      segment.close();
      tracer.setSegment(invocation);
    }
  };
}
