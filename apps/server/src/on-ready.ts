import type { Parts } from './parts.ts'

/**
 * Runs after each start, once the server listens; the lines that it returns are printed below "Rollcall ready at …".
 * Here the first boot makes what only a first boot makes: the owner's set-up link and the file that the client reads.
 */
export async function onReady(_parts: Parts): Promise<readonly string[]> {
  return []
}
