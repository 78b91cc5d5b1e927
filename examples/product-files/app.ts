import { App } from 'aws-cdk-lib';
import { ProductFiles } from './stack';

const app = new App();
new ProductFiles(app, 'ProductFiles');
