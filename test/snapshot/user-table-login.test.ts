import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { masked } from './masked';
import { UserTableLogin } from '../../examples/user-table-login/stack';

test('the template of the login with a table of users', () => {
  expect(masked(Template.fromStack(new UserTableLogin(new App(), 'UserTableLogin')).toJSON())).toMatchSnapshot();
});
