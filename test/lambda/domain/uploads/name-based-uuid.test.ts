import { nameBasedUuid } from '../../../../lambda-src/domain/uploads/name-based-uuid';
import { isUploadId } from '../../../../lambda-src/domain/uploads/object-key';

test('it is the version 5 of RFC 9562 in the namespace of URLs', () => {
  expect(nameBasedUuid('http://www.example.com/')).toBe('fcde3c85-2270-590f-9e7c-ee003d65e0e2');
});

test('the same name has the same id, another name another one, and all are upload ids', () => {
  expect(nameBasedUuid('uploads/ü')).toBe(nameBasedUuid('uploads/ü'));
  expect(nameBasedUuid('uploads/ü')).not.toBe(nameBasedUuid('uploads/u'));
  expect(isUploadId(nameBasedUuid('x'))).toBe(true);
});
