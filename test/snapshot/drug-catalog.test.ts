import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DrugCatalog } from '../../examples/drug-catalog/stack';

/** Hashes of assets change with every line of Lambda code, and say nothing about the stack. */
function masked(template: object): object {
  return JSON.parse(JSON.stringify(template).replaceAll(/[0-9a-f]{64}/g, '<hash>')) as object;
}

test('the template of the drug catalog', () => {
  expect(masked(Template.fromStack(new DrugCatalog(new App(), 'DrugCatalog')).toJSON())).toMatchSnapshot();
});
