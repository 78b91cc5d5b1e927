const { App, Stack } = require('aws-cdk-lib');
const { UploadIngestPipeline } = require('cdk-upload-ingest');

const app = new App();
const stack = new Stack(app, 'DefaultPipeline');
new UploadIngestPipeline(stack, 'X');
