import { AccessError } from '../../access/access-error.ts'

const attemptsMax = 5

/**
 * Runs a change of a versioned thing.
 * Without If-Match a lost race is no business of the client: the change is tried again on the newer version.
 * With If-Match the refusal names the version that stands now.
 */
export async function changeVersioned<T>(work: {
  readonly ifVersion: number | undefined
  change(): Promise<T>
  readVersion(): Promise<number>
}): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work.change()
    } catch (error) {
      if (!(error instanceof AccessError) || error.code !== 'versionMismatch') throw error
      if (work.ifVersion === undefined && attempt < attemptsMax) continue
      if (error.currentVersion !== undefined) throw error
      throw new AccessError('versionMismatch', error.message, { currentVersion: await work.readVersion() })
    }
  }
}
