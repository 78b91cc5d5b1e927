import * as z from 'zod/mini';
import { nextToken } from './upload-answers';

export const recordAnswer = z.looseObject({}).check(z.meta({
  id: 'Record',
  description: 'A record: its columns, and the two keys of its table (`_pk` and `_sk` unless the table says otherwise). Numbers have up to 38 digits.',
  examples: [{ _pk: 'DRUG#Ibuprofen', _sk: 'TARGET#COX-1', drug_name: 'Ibuprofen', target: 'COX-1', efficacy: 0.87 }],
}));

export const recordPage = z.object({ items: z.array(recordAnswer), nextToken })
  .check(z.meta({ id: 'RecordPage', description: 'Records in the order of the list.' }));

export const recordOrPage = z.union([recordPage, recordAnswer])
  .check(z.meta({ id: 'RecordOrPage', description: 'A page of records; the record itself where `pk` and `sk` name it.' }));

export const health = z.object({ status: z.literal('ok') }).check(z.meta({ id: 'Health', description: 'The API answers.' }));

export const openApi = z.looseObject({ openapi: z.string() }).check(z.meta({ id: 'OpenApi', description: 'An OpenAPI 3.1 document.' }));
