export { apiDocuments } from './documents';
