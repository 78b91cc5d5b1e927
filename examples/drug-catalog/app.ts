import { App } from 'aws-cdk-lib';
import { DrugCatalog } from './stack';

const app = new App();
new DrugCatalog(app, 'DrugCatalog');
