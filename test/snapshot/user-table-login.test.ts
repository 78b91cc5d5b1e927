import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { UserTableLogin } from '../../examples/user-table-login/stack';
import { masked } from './masked';

test('the template of the login with a table of users', () => {
  expect(masked(Template.fromStack(new UserTableLogin(new App(), 'UserTableLogin')).toJSON())).toMatchSnapshot();
});
