import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ProductFiles } from '../../examples/product-files/stack';
import { masked } from './masked';

test('the template of the product files', () => {
  expect(masked(Template.fromStack(new ProductFiles(new App(), 'ProductFiles')).toJSON())).toMatchSnapshot();
});
