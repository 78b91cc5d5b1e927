import { Duration } from 'aws-cdk-lib';

/** Amazon SQS Developer Guide, "Amazon SQS visibility timeout". */
export const DEFAULT_VISIBILITY = Duration.seconds(30);
export const MAX_VISIBILITY = Duration.hours(12);
