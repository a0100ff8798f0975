/**
 * A connection cannot use what it has prepared: a migration of another process changed the columns that it gives, or a
 * pooler between us gave us another session. It has not run.
 */
export function isStaleStatement(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  // 0A000 also stands for features that PostgreSQL lacks.
  const isChanged = error.code === '0A000' && 'routine' in error && error.routine === 'RevalidateCachedQuery'
  return isChanged || error.code === '26000'
}
