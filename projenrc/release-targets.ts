/** Names under which the package is published for each jsii language. */
export const releaseTargets = {
  publishToPypi: {
    distName: 'cdk-upload-ingest',
    module: 'cdk_upload_ingest',
  },
  publishToMaven: {
    javaPackage: 'io.github.cdkuploadingest',
    mavenGroupId: 'io.github.cdk-upload-ingest',
    mavenArtifactId: 'cdk-upload-ingest',
  },
  publishToNuget: {
    dotNetNamespace: 'CdkUploadIngest',
    packageId: 'CdkUploadIngest',
  },
  publishToGo: {
    moduleName: 'github.com/cdk-upload-ingest/cdk-upload-ingest-go',
    packageName: 'cdkuploadingest',
  },
};
