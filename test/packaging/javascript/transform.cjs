const { join } = require('node:path');
const { App, Stack } = require('aws-cdk-lib');
const { RowTransform, UploadIngestPipeline, UploadProcessor } = require('cdk-upload-ingest');

const app = new App();
const stack = new Stack(app, 'Transform');
new UploadIngestPipeline(stack, 'X', {
  processor: UploadProcessor.records({ transform: RowTransform.module(join(__dirname, 'row.mjs')) }),
});
