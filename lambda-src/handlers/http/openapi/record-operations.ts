import { PAGE_PARAMETERS, RECORDS_PARAMETERS } from '../query-schema';
import { Operations } from './operation';
import { PAGE_TEXTS, queryParameters } from './parameters';
import { health, openApi, recordAnswer, recordOrPage, recordPage } from './record-answers';

const RECORDS = 'Records';
const SERVICE = 'Service';

export const RECORD_OPERATIONS: Operations = {
  ListRecords: {
    tag: RECORDS,
    summary: 'List records',
    description: 'All records, newest first; with `index` and `key` those that have this key in a declared index, by its sort key; '
      + 'with `pk` those with this partition key, by sort key; with `pk` and `sk` the one record itself.',
    parameters: queryParameters(RECORDS_PARAMETERS, {
      ...PAGE_TEXTS,
      index: 'Name of a declared index; with `key`.',
      key: 'Key to look for in the index, as text of the column\'s type.',
      pk: 'Partition key, as in the path of `GET /records/{pk}`, for keys that hold a slash.',
      sk: 'Sort key; with `pk`.',
    }),
    answers: {
      200: {
        description: 'A page of records, or the record.',
        schema: recordOrPage,
        links: {
          GetRecords: { pk: '$response.body#/items/0/_pk' },
          GetRecord: { pk: '$response.body#/items/0/_pk', sk: '$response.body#/items/0/_sk' },
        },
      },
    },
    errors: ['INVALID_REQUEST', 'INVALID_LIMIT', 'INVALID_CURSOR', 'UNKNOWN_INDEX', 'LISTING_DISABLED', 'RECORD_NOT_FOUND'],
  },

  GetRecords: {
    tag: RECORDS,
    summary: 'List the records of a partition key',
    description: 'By sort key. A key that no record has is an empty list.',
    parameters: queryParameters(PAGE_PARAMETERS, PAGE_TEXTS),
    answers: {
      200: {
        description: 'A page of records.',
        schema: recordPage,
        links: { GetRecord: { pk: '$request.path.pk', sk: '$response.body#/items/0/_sk' } },
      },
    },
    errors: ['INVALID_REQUEST', 'INVALID_LIMIT', 'INVALID_CURSOR'],
  },

  GetRecord: {
    tag: RECORDS,
    summary: 'Show a record',
    description: 'By both of its keys.',
    answers: { 200: { description: 'The record.', schema: recordAnswer } },
    errors: ['RECORD_NOT_FOUND'],
  },

  GetHealth: {
    tag: SERVICE,
    summary: 'Ask whether the API answers',
    description: 'For load balancers and monitors; anybody may call it.',
    answers: { 200: { description: 'It does.', schema: health } },
    errors: [],
  },

  GetOpenApi: {
    tag: SERVICE,
    summary: 'Show this document',
    description: 'OpenAPI 3.1, with the address of this API; anybody may call it.',
    answers: { 200: { description: 'This document.', schema: openApi } },
    errors: [],
  },
};
