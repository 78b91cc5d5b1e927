import { Duration } from 'aws-cdk-lib';
import { HANDLER_MARGIN_SECONDS } from '../contract';
import { areKnown, invalid } from '../validation';

/** The processor stops before its own end, and the answer to a call that takes longer would never be heard. */
export function validateTransformTimeout(transform: Duration | undefined, processor: Duration): void {
  if (!areKnown(transform, processor)) return;
  if (5 * transform!.toSeconds() > 4 * processor.toSeconds()) {
    invalid('TRANSFORM_TIMEOUT_TOO_LONG',
      `'timeout' of the transform must be at most four fifths of the processor's ${processor.toHumanString()}, got ${transform!.toHumanString()}`);
  }
}

/** A function that outlived the processor which waits for it would be called a second time while it still works. */
export function validateHandlerTimeout(handler: Duration | undefined, processor: Duration): void {
  if (!areKnown(handler, processor)) return;
  if (handler!.toSeconds() + HANDLER_MARGIN_SECONDS > processor.toSeconds()) {
    invalid('HANDLER_TIMEOUT_TOO_LONG',
      `'timeout' of the processor must be at least ${HANDLER_MARGIN_SECONDS} seconds longer than the handler's ${handler!.toHumanString()}, got ${processor.toHumanString()} (Lambda's most is 15 minutes)`);
  }
}
