"""Parts of a pipeline written in Python."""

from pathlib import Path

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_kms as kms, aws_s3 as s3, aws_sqs as sqs
from constructs import Construct
from cdk_upload_ingest import (
    IngestQueue, IngestQueueConfig, RowTransform, UploadBucket, UploadBucketConfig, UploadIngestPipeline, UploadProcessor,
)


class ArchiveBucket(UploadBucket):
    """A bucket that keeps every version of a file; the pipeline watches it through EventBridge."""

    # jsii passes the options by name, and only those that the signature names: `**options` would get none of them.
    def bind(
        self, scope: Construct, *, queue: sqs.IQueue, removal_policy: RemovalPolicy, encryption_key: kms.IKey | None = None
    ) -> UploadBucketConfig:
        bucket = s3.Bucket(
            scope, "Archive", versioned=True, event_bridge_enabled=True, encryption_key=encryption_key, removal_policy=removal_policy
        )
        UploadBucket.from_bucket(bucket).bind(scope, queue=queue, removal_policy=removal_policy)
        return UploadBucketConfig(bucket=bucket)


class PatientQueue(IngestQueue):
    """The pipeline's own queue, which tries a file five times and waits an hour for each."""

    def bind(
        self, scope: Construct, *,
        removal_policy: RemovalPolicy, encryption_key: kms.IKey | None = None, processor_timeout: Duration | None = None,
    ) -> IngestQueueConfig:
        queue = IngestQueue.standard(visibility_timeout=Duration.hours(1), max_receive_count=5)
        return queue.bind(scope, removal_policy=removal_policy, encryption_key=encryption_key, processor_timeout=processor_timeout)


class OwnParts(Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)
        transform = RowTransform.module(str(Path(__file__).parent / "row.cjs"))
        UploadIngestPipeline(
            self, "X", bucket=ArchiveBucket(), queue=PatientQueue(), processor=UploadProcessor.records(transform=transform)
        )
