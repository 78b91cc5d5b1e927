import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MediaCatalog } from '../../examples/media-catalog/stack';
import { masked } from './masked';

test('the template of the media catalog', () => {
  expect(masked(Template.fromStack(new MediaCatalog(new App(), 'MediaCatalog')).toJSON())).toMatchSnapshot();
});
