import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DrugCatalog } from '../../examples/drug-catalog/stack';
import { masked } from './masked';

test('the template of the drug catalog', () => {
  expect(masked(Template.fromStack(new DrugCatalog(new App(), 'DrugCatalog')).toJSON())).toMatchSnapshot();
});
