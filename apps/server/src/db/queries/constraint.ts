/** The name of the unique constraint that a statement broke; undefined for every other error. */
export function brokenUnique(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '23505') return undefined
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined
}

/** The name of the guard in the database that refused a statement; undefined for every other error. */
export function brokenGuard(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '23514') return undefined
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined
}
