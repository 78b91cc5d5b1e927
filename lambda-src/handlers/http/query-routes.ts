import { readPageRequest, readQuery } from './query';
import { PAGE_PARAMETERS, RECORDS_PARAMETERS, UPLOADS_PARAMETERS } from './query-schema';
import { json, jsonPage } from './response';
import { Routes } from './router';
import { uploadJson } from './upload-json';
import { SINGLE_TENANT } from '../../../src/private/contract';
import { GetRecord } from '../../application/get-record';
import { GetUpload } from '../../application/get-upload';
import { ListPartition } from '../../application/list-partition';
import { ListRecords } from '../../application/list-records';
import { ListUploads } from '../../application/list-uploads';
import { QueryIndex, QueryModel } from '../../application/query-index';
import { RecordStore } from '../../application/record-store';
import { UploadStore } from '../../application/upload-store';
import { ApiError } from '../../domain/api-error';

export interface QueryRoutesProps {
  readonly uploads: Pick<UploadStore, 'get' | 'list'>;
  readonly records: RecordStore;
  readonly model: QueryModel;
  /** Items of a page when the client does not say. */
  readonly pageSize: number;
}

export function queryRoutes({ uploads, records, model, pageSize }: QueryRoutesProps): Routes {
  const tenantId = SINGLE_TENANT;
  const getUpload = new GetUpload(uploads);
  const listUploads = new ListUploads(uploads);
  const listRecords = new ListRecords(records);
  const queryIndex = new QueryIndex(records, model);
  const listPartition = new ListPartition(records);
  const getRecord = new GetRecord(records);

  return {
    'GET /health': () => json({ status: 'ok' }),

    'GET /uploads': async ({ req }) => {
      const { status, ...page } = readQuery(req, UPLOADS_PARAMETERS);
      return jsonPage(await listUploads.run(tenantId, readPageRequest(page, pageSize), status), uploadJson);
    },

    'GET /uploads/:uploadId': async ({ params }) => json(uploadJson(await getUpload.run(tenantId, params.uploadId))),

    'GET /records': async ({ req }) => {
      const { index, key, pk, sk, ...query } = readQuery(req, RECORDS_PARAMETERS);
      const page = readPageRequest(query, pageSize);
      if (index !== undefined || key !== undefined) {
        if (pk !== undefined || sk !== undefined) throw invalidQuery(pk === undefined ? 'sk' : 'pk', 'cannot be combined with an index');
        if (index === undefined || key === undefined) throw invalidQuery(index === undefined ? 'index' : 'key', INDEX_NEEDS_BOTH);
        return jsonPage(await queryIndex.run(tenantId, index, key, page));
      }
      // The keys of a path, for those that hold a slash: gateways and proxies decode %2F before they look for the route.
      if (pk === undefined && sk !== undefined) throw invalidQuery('pk', "is required with 'sk'");
      if (pk !== undefined && sk !== undefined) return json(await getRecord.run(tenantId, pk, sk));
      return jsonPage(pk === undefined ? await listRecords.run(tenantId, page) : await listPartition.run(tenantId, pk, page));
    },

    'GET /records/:pk': async ({ req, params }) => {
      const page = readPageRequest(readQuery(req, PAGE_PARAMETERS), pageSize);
      return jsonPage(await listPartition.run(tenantId, params.pk, page));
    },

    'GET /records/:pk/:sk': async ({ params }) => json(await getRecord.run(tenantId, params.pk, params.sk)),
  };
}

const INDEX_NEEDS_BOTH = "is required: a query of an index takes 'index' and 'key'";

function invalidQuery(parameter: string, detail: string): ApiError {
  return new ApiError('INVALID_REQUEST', `'${parameter}' ${detail}`, [{ parameter, detail }]);
}
