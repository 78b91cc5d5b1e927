import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { masked } from './masked';
import { DrugCatalog } from '../../examples/drug-catalog/stack';

test('the template of the drug catalog', () => {
  expect(masked(Template.fromStack(new DrugCatalog(new App(), 'DrugCatalog')).toJSON())).toMatchSnapshot();
});
