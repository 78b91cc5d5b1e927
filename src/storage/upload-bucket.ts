import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IDependable } from 'constructs';
import { validateOrigins } from '../private/api/cors';
import { REJECT_SEGMENTS_PREFIX, UPLOADS_PREFIX } from '../private/contract';
import { allowS3ToSend, toQueue } from '../private/ingest/queue-senders';
import { suppressNag } from '../private/nag-suppressions';
import { areKnown, invalid, validateDays } from '../private/validation';
import { warn } from '../private/warnings';

/** What the pipeline tells the bucket. */
export interface UploadBucketBindOptions {
  /** Where the bucket announces every file that arrives. */
  readonly queue: sqs.IQueue;
  /** Where the pages are from that call the API, and so send files to the bucket. @default - there are none */
  readonly corsOrigins?: string[];
  /** How long the parts of a multipart upload may take to come. @default - not known */
  readonly uploadExpiry?: Duration;
  /** Key for the data at rest. @default - a key that S3 manages */
  readonly encryptionKey?: kms.IKey;
  /** What happens to the bucket when it leaves the stack. */
  readonly removalPolicy: RemovalPolicy;
}

/** What the bucket tells the pipeline. */
export interface UploadBucketConfig {
  /** The bucket of the files. */
  readonly bucket: s3.IBucket;
}

/** Properties of the bucket that the pipeline makes. */
export interface ManagedUploadBucketProps {
  /**
   * How long files and rejected rows are kept, in whole days.
   *
   * @default - for ever
   */
  readonly fileRetention?: Duration;

  /**
   * How long the parts of an unfinished multipart upload are kept, in whole days. At least `uploadExpiry` of the API.
   *
   * @default Duration.days(7)
   */
  readonly incompleteUploadRetention?: Duration;

  /**
   * Where pages are from that may send and fetch files, such as `https://app.example.com`, besides the origins that may call the
   * API (`cors` of `UploadApi`). A signed URL is needed in any case.
   *
   * @default - the origins that may call the API, and no others
   */
  readonly corsOrigins?: string[];

  /**
   * Bucket for S3's server access logs.
   *
   * @default - no access logs
   */
  readonly serverAccessLogsBucket?: s3.IBucket;

  /**
   * Prefix of the access logs in `serverAccessLogsBucket`.
   *
   * @default - no prefix
   */
  readonly serverAccessLogsPrefix?: string;
}

/** The bucket that files arrive in, under `uploads/`; rejected rows go to `rejects/`. */
export abstract class UploadBucket {
  /** A bucket of the pipeline's own: private, encrypted, TLS only. It notifies the queue itself, without a custom resource. */
  public static managed(props: ManagedUploadBucketProps = {}): UploadBucket {
    return new ManagedUploadBucket(props);
  }

  /**
   * A bucket from elsewhere in the app, or imported by its name or ARN. Its notifications are not touched:
   * an EventBridge rule watches it, so EventBridge must be switched on in the bucket. Its encryption, CORS, life cycle and
   * access policy are yours as well.
   *
   * Permissions for the key of an encrypted bucket are granted when the bucket knows it: a bucket of this app, or one that was
   * imported with `Bucket.fromBucketAttributes({ bucketArn, encryptionKey })`. Otherwise they are yours to grant.
   */
  public static fromBucket(bucket: s3.IBucket): UploadBucket {
    return new ExistingUploadBucket(bucket);
  }

  /** Called by the pipeline, once. */
  public abstract bind(scope: Construct, options: UploadBucketBindOptions): UploadBucketConfig;
}

/** What a browser must be told of S3's answers to send a file in parts, and to know what has arrived. */
const EXPOSED_HEADERS = ['ETag', 'Location', 'x-amz-checksum-sha256', 'x-amz-checksum-crc64nvme'];

/** All that signed URLs are for: putting and posting files, and what an Uppy client does by itself with the parts of one. */
function corsRules(origins: string[]): s3.CorsRule[] | undefined {
  if (origins.length === 0) return undefined;
  return [{
    allowedOrigins: [...new Set(origins)],
    allowedMethods: [s3.HttpMethods.GET, s3.HttpMethods.PUT, s3.HttpMethods.POST, s3.HttpMethods.DELETE, s3.HttpMethods.HEAD],
    allowedHeaders: ['*'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 3600,
  }];
}

/** An upload that may still be resumed must find its parts. */
function validatePartsStay(retention: Duration, uploadExpiry: Duration | undefined): void {
  if (!areKnown(retention, uploadExpiry)) return;
  if (retention.toMilliseconds() < uploadExpiry!.toMilliseconds()) {
    invalid('INCOMPLETE_RETENTION_TOO_SHORT',
      `'incompleteUploadRetention' must be at least the API's 'uploadExpiry' of ${uploadExpiry!.toHumanString()}, got ${retention.toHumanString()}`);
  }
}

const NO_ACCESS_LOGS = {
  id: 'AwsSolutions-S1',
  reason: "Access logs need a bucket that outlives this one, so that is the user's to give: UploadBucket.managed({ serverAccessLogsBucket }).",
};

/** Longer than the queue may keep the message of an upload that is worked on. */
const SEGMENT_RETENTION = Duration.days(30);

class ManagedUploadBucket extends UploadBucket {
  public constructor(private readonly props: ManagedUploadBucketProps) {
    super();
    validateDays('fileRetention', props.fileRetention);
    validateDays('incompleteUploadRetention', props.incompleteUploadRetention);
    validateOrigins('corsOrigins', props.corsOrigins);
  }

  public bind(scope: Construct, options: UploadBucketBindOptions): UploadBucketConfig {
    const { incompleteUploadRetention = Duration.days(7) } = this.props;
    validatePartsStay(incompleteUploadRetention, options.uploadExpiry);
    const policy = allowS3ToSend(scope, options.queue);
    const bucket = new s3.Bucket(scope, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: options.encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
      encryptionKey: options.encryptionKey,
      bucketKeyEnabled: options.encryptionKey ? true : undefined,
      serverAccessLogsBucket: this.props.serverAccessLogsBucket,
      serverAccessLogsPrefix: this.props.serverAccessLogsPrefix,
      removalPolicy: options.removalPolicy,
      cors: corsRules([...options.corsOrigins ?? [], ...this.props.corsOrigins ?? []]),
      lifecycleRules: [
        { id: 'AbortIncompleteUploads', abortIncompleteMultipartUploadAfter: incompleteUploadRetention },
        // What a processor that was killed has left; nobody goes on from there after so long.
        { id: 'ExpireRejectSegments', prefix: REJECT_SEGMENTS_PREFIX, expiration: SEGMENT_RETENTION },
        ...(this.props.fileRetention ? [{ id: 'ExpireFiles', expiration: this.props.fileRetention }] : []),
      ],
    });
    this.notify(bucket, options.queue, policy);
    if (!this.props.serverAccessLogsBucket) suppressNag(bucket, NO_ACCESS_LOGS);
    return { bucket };
  }

  /** On the CloudFormation bucket itself: `addEventNotification` would put a Lambda-backed custom resource into the stack. */
  private notify(bucket: s3.Bucket, queue: sqs.IQueue, policy: IDependable | undefined): void {
    const cfnBucket = bucket.node.defaultChild as s3.CfnBucket;
    cfnBucket.notificationConfiguration = {
      queueConfigurations: [{
        event: 's3:ObjectCreated:*',
        queue: queue.queueArn,
        filter: { s3Key: { rules: [{ name: 'prefix', value: UPLOADS_PREFIX }] } },
      }],
    };
    // S3 tries the queue when the notification is set, so the permission must be there first.
    if (policy) cfnBucket.node.addDependency(policy);
  }
}

class ExistingUploadBucket extends UploadBucket {
  public constructor(private readonly bucket: s3.IBucket) {
    super();
  }

  public bind(scope: Construct, options: UploadBucketBindOptions): UploadBucketConfig {
    new events.Rule(scope, 'FileArrived', {
      description: 'Tells the ingest queue about every file that arrives in the upload bucket',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [this.bucket.bucketName] },
          object: { key: [{ prefix: UPLOADS_PREFIX }] },
        },
      },
      targets: [toQueue(scope, options.queue)],
    });
    warn(scope, 'bucketEventBridge', 'The upload bucket is not ours: it must send its events to Amazon EventBridge');
    return { bucket: this.bucket };
  }
}
