/** Some rejects of a file that were stored before its end. Nobody else stores under the same fence. */
export interface RejectSegment {
  readonly fence: string;
  readonly number: number;
}

/** CSV: the line of the header, and lines below it. */
export interface RejectLines {
  readonly header: string;
  readonly lines: string;
}

/** Port: where rejected rows are kept. A file that is named here is one of an upload. */
export interface RejectStore {
  putSegment(fileKey: string, segment: RejectSegment, content: RejectLines): Promise<void>;
  /** Puts the segments and what is not in one together into the file's rejects file, which replaces an older one. */
  assemble(fileKey: string, segments: readonly RejectSegment[], rest: RejectLines | undefined): Promise<void>;
  /** Those that are not there any more are as good. */
  deleteSegments(fileKey: string, segments: readonly RejectSegment[]): Promise<void>;
  /** Removes the file's rejects file, if there is one. */
  remove(fileKey: string): Promise<void>;
}
