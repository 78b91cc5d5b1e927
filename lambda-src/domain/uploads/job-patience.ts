/** When the sweeper looks after a job that was sent: one that was lost on the way is sent again then. */
export const JOB_PATIENCE_SECONDS = 3600;
