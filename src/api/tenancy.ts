import { TenancyModel } from '../private/contract';
import { invalid } from '../private/validation';

/** Whose an upload is inside its tenant. Records are always the whole tenant's. */
export enum UploadOwnership {
  /** Everybody of the tenant sees, continues and ends it. */
  TENANT = 'tenant',
  /** Only who started it does; for all others of the tenant it does not exist. */
  USER = 'user',
}

/** Options of a tenancy. */
export interface TenancyOptions {
  /**
   * Whose an upload is inside its tenant.
   *
   * The owner is the `sub` of a token, or the `principalId` of a Lambda authorizer's answer. With `UploadOwnership.USER` a
   * request that has neither is answered with 403 `OWNER_MISSING`.
   *
   * @default UploadOwnership.TENANT
   */
  readonly ownership?: UploadOwnership;
}

/**
 * Who uploads and records belong to. What is another tenant's does not exist: it is answered with 404.
 *
 * The id of a tenant has 1 to 128 characters of `A-Z a-z 0-9 . _ @ + = -` and begins with a letter or digit; a request
 * without one is answered with 403 `TENANT_MISSING`, one with another with 403 `INVALID_TENANT`. Files of a tenant are under
 * `uploads/{tenantId}/`, and the partition keys of its records begin with `_t#{tenantId}#`. Whoever else writes to a query table of
 * yours must use no such keys, unless they are meant for the tenant.
 *
 * Decide before the first upload: what was stored without tenants belongs to none.
 */
export class Tenancy {
  /** One tenant: whoever may call the API sees all uploads and all records. */
  public static single(): Tenancy {
    return new Tenancy({ source: 'single' });
  }

  /**
   * The tenant is a claim of the caller's token, such as `custom:tenant`, which is text. For `UploadAuth.jwt`, `cognito` and
   * `sharedSecret`.
   */
  public static fromClaim(claim: string, options: TenancyOptions = {}): Tenancy {
    return Tenancy.from('claim', claim, options);
  }

  /** The tenant is a value that a Lambda authorizer returned in its `context`. For `UploadAuth.lambda` and `sharedSecret`. */
  public static fromAuthorizerContext(key: string, options: TenancyOptions = {}): Tenancy {
    return Tenancy.from('context', key, options);
  }

  private static from(source: 'claim' | 'context', name: string, options: TenancyOptions): Tenancy {
    if (name.trim() === '') invalid('INVALID_TENANCY', `'${source === 'claim' ? 'claim' : 'key'}' of the tenancy must be a name, got '${name}'`);
    return new Tenancy({ source, name, ownership: options.ownership ?? UploadOwnership.TENANT });
  }

  private constructor(private readonly model: TenancyModel) {}

  /** @internal */
  public _toModel(): TenancyModel {
    return this.model;
  }
}
