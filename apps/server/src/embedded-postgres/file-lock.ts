import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperatorError } from '../operator-error.ts'

const pollMs = 20

/**
 * Runs the work while no other process on this machine holds the same file.
 * Node has no flock, and a file with a process id in it goes stale; SQLite takes a lock of the kernel's, which dies with its process.
 */
export async function withFileLock<T>(file: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    await acquire(lock, file, timeoutMs)
    return await work()
  } finally {
    lock.close()
  }
}

async function acquire(lock: DatabaseSync, file: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!tryAcquire(lock)) {
    if (performance.now() > deadline) {
      throw new OperatorError(
        `Another Rollcall process has been starting or stopping PostgreSQL for ${timeoutMs} ms (lock file ${file}).`,
      )
    }
    await sleep(pollMs)
  }
}

function tryAcquire(lock: DatabaseSync): boolean {
  try {
    lock.exec('begin exclusive')
    return true
  } catch (error) {
    if (error instanceof Error && /locked|busy/i.test(error.message)) return false
    throw error
  }
}
