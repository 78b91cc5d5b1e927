import * as fc from 'fast-check';
import { fileNameProblem, isUploadId, objectKey, parseObjectKey } from '../../../../lambda-src/domain/uploads/object-key';
import { SINGLE_TENANT } from '../../../../src/private/contract';

const UPLOAD_ID = '3f2b8c1e-0000-4000-8000-0123456789ab';

const anyName = fc.string({ unit: 'binary', maxLength: 80 }).filter((name) => fileNameProblem(name) === undefined);
const tenantId = fc.oneof(fc.constant(SINGLE_TENANT), fc.uuid(), fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._@+=-]{0,127}$/));
const object = fc.record({ tenantId, uploadId: fc.uuid(), fileName: anyName });

test('a key that was built is parsed to what it was built of', () => {
  fc.assert(fc.property(object, (one) => expect(parseObjectKey(objectKey(one))).toEqual(one)));
});

test('no two objects have one key', () => {
  fc.assert(fc.property(object, object, (a, b) => {
    fc.pre(JSON.stringify(a) !== JSON.stringify(b));
    expect(objectKey(a)).not.toBe(objectKey(b));
  }));
});

test('the tenant stands before the upload, where there are tenants', () => {
  expect(objectKey({ uploadId: UPLOAD_ID, fileName: 'a.csv' })).toBe(`uploads/${UPLOAD_ID}/a.csv`);
  expect(objectKey({ tenantId: 'acme', uploadId: UPLOAD_ID, fileName: 'a.csv' })).toBe(`uploads/acme/${UPLOAD_ID}/a.csv`);
});

test.each(['a.csv', 'Übersicht März.csv', '数据.csv', '100% + #1?.csv', '.hidden', '...', ' ', 'a'.repeat(255), 'ü'.repeat(127)])(
  'accepts %p', (fileName) => expect(fileNameProblem(fileName)).toBeUndefined(),
);

test.each([
  ['', 'must not be empty'],
  ['a'.repeat(256), 'must be at most 255 bytes in UTF-8'],
  ['ü'.repeat(128), 'must be at most 255 bytes in UTF-8'],
  ['a\nb', 'must not contain control characters'],
  ['a\u0085b', 'must not contain control characters'],
  ['a\0', 'must not contain control characters'],
  ['a/b', "must not contain '/' or '\\'"],
  ['a\\b', "must not contain '/' or '\\'"],
  ['.', "must not be '.' or '..'"],
  ['..', "must not be '.' or '..'"],
  ['\ud800.csv', 'must be well-formed Unicode'],
  ['${filename}', "must not contain '${filename}'"],
])('refuses %p', (fileName, problem) => expect(fileNameProblem(fileName)).toBe(problem));

test.each([
  'uploads/', `uploads/${UPLOAD_ID}`, `uploads/${UPLOAD_ID}/`, `rejects/${UPLOAD_ID}/a.csv`, 'uploads/no-uuid/a.csv', 'a.csv', '',
  `uploads//${UPLOAD_ID}/a.csv`, `uploads/${UPLOAD_ID.toUpperCase()}/a.csv`, `uploads/-/${UPLOAD_ID}/a.csv`,
  `uploads/a/b/${UPLOAD_ID}/a.csv`, `uploads/a#b/${UPLOAD_ID}/a.csv`, `uploads/${UPLOAD_ID}/a/b.csv`,
])('%p is no object of an upload', (key) => expect(parseObjectKey(key)).toBeUndefined());

test('an upload id is a UUID in lower case', () => {
  expect(isUploadId(UPLOAD_ID)).toBe(true);
  expect(isUploadId(`${UPLOAD_ID}\n`)).toBe(false);
});
