type Complaint = (issue: { readonly code?: string; readonly input?: unknown }) => string;

/** What a value must be, in the words of an error that follows its name. */
export const must = (rule: string): { error: Complaint } => ({
  error: ({ input }) => (input === undefined ? 'is required' : `must be ${rule}`),
});

/** For an object that has no other members than those that are declared. */
export const onlyKnown: { error: Complaint } = { error: ({ code }) => (code === 'unrecognized_keys' ? 'is unknown' : 'must be an object') };
