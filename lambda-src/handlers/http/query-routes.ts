import { GetRecord } from '../../application/records/get-record';
import { ListPartition } from '../../application/records/list-partition';
import { ListRecords } from '../../application/records/list-records';
import { QueryIndex, QueryModel } from '../../application/records/query-index';
import { RecordStore } from '../../application/records/record-store';
import { TenantRecords } from '../../application/records/tenant-records';
import { GetRejects } from '../../application/uploads/get-rejects';
import { GetUpload } from '../../application/uploads/get-upload';
import { ListUploads } from '../../application/uploads/list-uploads';
import { UploadStore } from '../../application/uploads/upload-store';
import { tenantPrefix } from '../../domain/access/tenant-key';
import { ApiError } from '../../domain/api-error';
import { CallerReader } from './caller';
import { FILE_PARAMETERS } from './parts-schema';
import { readPageRequest, readQuery } from './query';
import { PAGE_PARAMETERS, RECORDS_PARAMETERS, UPLOADS_PARAMETERS } from './query-schema';
import { json, jsonPage, seeOther } from './response';
import { Routes } from './router';
import { uploadJson } from './upload-json';

export interface QueryRoutesProps {
  readonly callerOf: CallerReader;
  readonly uploads: Pick<UploadStore, 'get' | 'list'>;
  readonly records: RecordStore;
  readonly getRejects: Pick<GetRejects, 'run'>;
  readonly model: QueryModel;
  /** Items of a page when the client does not say. */
  readonly pageSize: number;
}

export function queryRoutes({ callerOf, uploads, records, getRejects, model, pageSize }: QueryRoutesProps): Routes {
  const getUpload = new GetUpload(uploads);
  const listUploads = new ListUploads(uploads);
  const tenants = new TenantRecords(records, { prefixOf: (tenantId) => tenantPrefix(model, tenantId), now: () => new Date() });
  const listRecords = new ListRecords(tenants);
  const queryIndex = new QueryIndex(tenants, model);
  const listPartition = new ListPartition(tenants);
  const getRecord = new GetRecord(tenants);

  return {
    'GET /health': () => json({ status: 'ok' }),

    'GET /uploads': async ({ req, event }) => {
      const caller = callerOf(event);
      const { status, ...page } = readQuery(req, UPLOADS_PARAMETERS);
      return jsonPage(await listUploads.run(caller, readPageRequest(page, pageSize), status), uploadJson);
    },

    'GET /uploads/:uploadId': async ({ event, params }) => json(uploadJson(await getUpload.run(callerOf(event), params.uploadId))),

    'GET /uploads/:uploadId/rejects': async ({ req, event, params }) => {
      const caller = callerOf(event);
      return seeOther(await getRejects.run(caller, params.uploadId, readQuery(req, FILE_PARAMETERS).file));
    },

    'GET /records': async ({ req, event }) => {
      const { tenantId } = callerOf(event);
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

    'GET /records/:pk': async ({ req, event, params }) => {
      const { tenantId } = callerOf(event);
      const page = readPageRequest(readQuery(req, PAGE_PARAMETERS), pageSize);
      return jsonPage(await listPartition.run(tenantId, params.pk, page));
    },

    'GET /records/:pk/:sk': async ({ event, params }) => json(await getRecord.run(callerOf(event).tenantId, params.pk, params.sk)),
  };
}

const INDEX_NEEDS_BOTH = "is required: a query of an index takes 'index' and 'key'";

function invalidQuery(parameter: string, detail: string): ApiError {
  return new ApiError('INVALID_REQUEST', `'${parameter}' ${detail}`, [{ parameter, detail }]);
}
