import { isAllowedContentType, isContentType } from '../../../../lambda-src/domain/uploads/content-type';

test.each(['text/csv', 'Text/CSV; charset=utf-8', 'application/vnd.ms-excel', 'text/csv;header=present', 'image/svg+xml'])(
  '%p is a content type', (text) => expect(isContentType(text)).toBe(true),
);
test.each(['', 'csv', 'text/', '/csv', 'text/csv\r\nx: y', 'text/csv;\u00fc', 'text /csv', `text/${'x'.repeat(251)}`])(
  '%p is none', (text) => expect(isContentType(text)).toBe(false),
);

test.each([
  ['text/csv', ['text/csv'], true],
  ['TEXT/CSV; charset=utf-8', ['text/csv'], true],
  ['text/csv', ['Text/Csv; header=present'], true],
  ['text/plain', ['text/csv'], false],
  ['image/png', ['image/*'], true],
  ['imagery/png', ['image/*'], false],
  ['anything/at.all', ['*/*'], true],
  ['text/csv', [], false],
])('%p against %p: %p', (contentType, allowed, expected) => expect(isAllowedContentType(contentType, allowed)).toBe(expected));
