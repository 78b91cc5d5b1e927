import { App, Stack } from 'aws-cdk-lib';
import { MediaCatalog } from '../../../examples/media-catalog/stack';
import { ProductFiles } from '../../../examples/product-files/stack';
import { UserTableLogin } from '../../../examples/user-table-login/stack';
import { findings } from '../pipeline/nag';

/** The managed policy with which `lambda.Function` lets a function write its logs. */
const logsOf = (id: string) => `${id}/ServiceRole AwsSolutions-IAM4`;

test.each<[string, () => Stack, string[]]>([
  ['media catalog', () => new MediaCatalog(new App(), 'MediaCatalog'), [
    logsOf('Cataloguer'),
    // Second factors, and a plan of Cognito that costs more.
    'Artisans AwsSolutions-COG2', 'Artisans AwsSolutions-COG8',
  ]],
  ['product files', () => new ProductFiles(new App(), 'ProductFiles'), [logsOf('Recorder')]],
  ['login with a table of users', () => new UserTableLogin(new App(), 'UserTableLogin'), [
    logsOf('Login'), logsOf('AddUser'), logsOf('PublicCatalog'),
    // What everybody may call, and a secret that is rotated when somebody decides so.
    'Api/POST--login AwsSolutions-APIG4', 'Api/GET--catalog--{library}--{isbn} AwsSolutions-APIG4', 'TokenSecret AwsSolutions-SMG4',
  ]],
])('AwsSolutions finds in the %s only what is known', (_name, make, known) => {
  expect(findings(make()).sort()).toEqual([...known].sort());
});
