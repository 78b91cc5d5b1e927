/** On whose behalf a request is made. */
export interface Caller {
  readonly tenantId: string;
  /** The user inside the tenant; null: the API does not ask who it is. */
  readonly owner: string | null;
  /** Whether an upload is only its owner's, and not all of its tenant's. */
  readonly ownUploadsOnly: boolean;
}
