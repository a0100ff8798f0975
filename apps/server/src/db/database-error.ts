import { DatabaseUnavailable } from '../unavailable.ts'

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])
// 57P0x shutdown and crash, 57014 our own statement timeout, 53300 too many connections, 25006 a replica after fail-over.
const unavailableStates = new Set(['57P01', '57P02', '57P03', '57P05', '57014', '53300', '53400', '25006', '25P03'])
const connectionTexts =
  /connection terminated|query read timeout|timeout exceeded when trying to connect|timeout expired|connection error and is not queryable|after calling end on the pool|Client was closed/i

/** Turns "the database cannot answer now" into one error; everything else stays what PostgreSQL said. */
export function toDatabaseError(error: unknown): unknown {
  return isUnavailable(error) ? new DatabaseUnavailable('The database cannot answer now', { cause: error }) : error
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailable) return false
  // A name that resolves to several addresses fails with all their errors together.
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code === undefined) return connectionTexts.test(error.message)
  return networkCodes.has(code) || unavailableStates.has(code) || code.startsWith('08')
}
