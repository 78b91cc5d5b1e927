import { App } from 'aws-cdk-lib';
import { UserTableLogin } from './stack';

const app = new App();
new UserTableLogin(app, 'UserTableLogin');
