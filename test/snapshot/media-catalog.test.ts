import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { masked } from './masked';
import { MediaCatalog } from '../../examples/media-catalog/stack';

test('the template of the media catalog', () => {
  expect(masked(Template.fromStack(new MediaCatalog(new App(), 'MediaCatalog')).toJSON())).toMatchSnapshot();
});
