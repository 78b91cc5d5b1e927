import fc from 'fast-check';
import { bearerToken } from '../../../../lambda-src/domain/access/bearer-token';
import { contextOf, scopesOf } from '../../../../lambda-src/domain/access/token-claims';

describe('scopes', () => {
  test.each([
    [{}, []],
    [{ scope: '' }, []],
    [{ scope: 'uploads' }, ['uploads']],
    [{ scope: ' uploads  records ' }, ['uploads', 'records']],
    [{ scp: 'uploads records' }, ['uploads', 'records']],
    [{ scp: ['uploads', 'records'] }, ['uploads', 'records']],
    [{ scope: 'uploads', scp: ['records', 7, null] }, ['uploads', 'records']],
    [{ scope: 7, scp: { a: 1 } }, []],
  ])('of %j are %j', (claims, scopes) => expect(scopesOf(claims)).toEqual(scopes));
});

test('what is passed on is text, numbers and truth values, whatever a token says', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (claims) => {
    const context = contextOf(claims);
    for (const [name, value] of Object.entries(claims)) {
      const simple = ['string', 'number', 'boolean'].includes(typeof value);
      expect(Object.hasOwn(context, name)).toBe(simple);
      if (simple) expect(context[name]).toBe(value);
    }
  }));
});

describe('the token of a header', () => {
  test.each([
    ['Bearer abc.def.ghi', 'abc.def.ghi'],
    ['bearer   abc', 'abc'],
    ['BEARER a-b_c~d+e/f==', 'a-b_c~d+e/f=='],
  ])('%s is %s', (header, token) => expect(bearerToken(header)).toBe(token));

  test.each([undefined, '', 'abc', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'Bearer a,b', ' Bearer a', 'Bearer é'])('%j is none', (header) => {
    expect(bearerToken(header)).toBeUndefined();
  });
});
