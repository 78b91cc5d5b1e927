import { App } from 'aws-cdk-lib';
import { MediaCatalog } from './stack';

const app = new App();
new MediaCatalog(app, 'MediaCatalog');
