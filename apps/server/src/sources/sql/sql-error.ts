import type { SqlPull } from '@rollcall/admin-api'
import { SourceError, type SourceErrorReason } from '../source-error.ts'

/** SQLSTATE by class or whole, most telling first. */
const reasons: readonly (readonly [string, SourceErrorReason])[] = [
  ['28', 'unauthorized'],
  ['42501', 'unauthorized'],
  ['57014', 'timedOut'],
  ['53', 'throttled'],
  ['57P', 'unreachable'],
  ['08', 'unreachable'],
  ['3D', 'notFound'],
  ['42', 'misconfigured'],
  ['22', 'misconfigured'],
  ['25', 'misconfigured'],
]

/** What PostgreSQL or the network said, as what it means for a read. */
export function toSqlError(error: unknown, { host, port, database }: SqlPull): SourceError {
  if (error instanceof SourceError) return error
  const place = `${host}:${port}/${database}`
  const said = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const isState = /^[0-9A-Z]{5}$/.test(code)
  const known = isState ? reasons.find(([start]) => code.startsWith(start))?.[1] : undefined
  const reason = known ?? (isState ? 'unreadable' : /timeout/i.test(said) ? 'timedOut' : 'unreachable')
  return new SourceError(reason, isState ? `PostgreSQL says: ${said} (${code})` : `No connection: ${said}`, {
    place,
    cause: error,
  })
}
