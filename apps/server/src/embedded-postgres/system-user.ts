import { execFileSync } from 'node:child_process'
import { OperatorError } from '../operator-error.ts'

export type SystemUser = { readonly name: string; readonly uid: number; readonly gid: number }

const candidates = ['postgres', '_postgres', 'nobody'] as const

/** An account that exists on every system and is not root; none is created. */
export function findUnprivilegedUser(): SystemUser {
  for (const name of candidates) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)]
    if (uid !== undefined && gid !== undefined && uid !== 0) return { name: `user ${name}`, uid, gid }
  }
  throw new OperatorError(
    `PostgreSQL does not run as root, and none of the users ${candidates.join(', ')} exists here. ` +
      'Start Rollcall as an ordinary user, or set DATABASE_URL.',
  )
}

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  try {
    const text = execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    // macOS prints nobody's id as a negative number; the kernel wants it unsigned.
    return Number.parseInt(text, 10) >>> 0
  } catch {
    return undefined
  }
}
