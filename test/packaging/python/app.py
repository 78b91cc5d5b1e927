"""The drug catalog of examples/drug-catalog and two more stacks, as a Python user writes them."""

from aws_cdk import App, CfnOutput, RemovalPolicy, Size, Stack
from constructs import Construct
from cdk_upload_ingest import Column, RecordKeys, RecordSchema, UploadIngestPipeline, UploadProcessor

from own_parts import OwnParts


class DrugCatalog(Stack):
    """Scientists upload CSV files of drugs, their targets and how well they work, and page through all of them, newest first."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        catalog = UploadIngestPipeline(
            self,
            "Catalog",
            processor=UploadProcessor.records(
                schema=RecordSchema.of([
                    Column.string("drug_name", required=True, max_length=200),
                    Column.string("target", required=True, max_length=200),
                    Column.decimal("efficacy", required=True, min=0, max=100),
                ]),
                keys=RecordKeys.of(partition_key="DRUG#{drug_name}", sort_key="METADATA#{uploadedAt}"),
                max_rows=10_000,
            ),
            max_file_size=Size.mebibytes(10),
            removal_policy=RemovalPolicy.DESTROY,
        )

        CfnOutput(self, "ApiUrl", value=catalog.api_url)
        CfnOutput(self, "BucketName", value=catalog.bucket.bucket_name)


app = App()
DrugCatalog(app, "DrugCatalog")
UploadIngestPipeline(Stack(app, "DefaultPipeline"), "X")
OwnParts(app, "OwnParts")
app.synth()
