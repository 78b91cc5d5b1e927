import { App, Stack } from 'aws-cdk-lib';
import { UploadIngestPipeline } from 'cdk-upload-ingest';

const app = new App();
const stack = new Stack(app, 'DefaultPipeline');
new UploadIngestPipeline(stack, 'X');
