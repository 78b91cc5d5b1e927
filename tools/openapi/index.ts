export { apiDocuments } from './documents';
export { fuzz, type FuzzOptions, type FuzzReport } from './fuzzer';
