/** The bytes of one object, always those of the same version: whoever replaces it meanwhile ends the reading with UploadFailure. */
export interface ObjectBytes {
  readonly size: number;
  readonly contentType: string;
  /** Without its quotes. */
  readonly etag: string;
  /**
   * From any byte on, as often as one likes. Nothing is read ahead of the consumer but what sockets hold, and nothing is held
   * once it stops.
   * @param to the first byte that is not wanted @default - all up to the end
   */
  read(from: number, to?: number): AsyncIterable<Buffer>;
}

/** Throws UploadFailure when the object is gone, or when it is not the one that the ETag (without its quotes) names. */
export type OpenBytes = (key: string, etag?: string) => Promise<ObjectBytes>;
