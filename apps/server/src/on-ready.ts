import { writeInstanceFile } from './access/instance-keys.ts'
import { createSetupLink, setupLinkDays } from './access/setup-links.ts'
import { describeStrandedPasskeys } from './sign-in/passkeys.ts'
import type { Parts } from './parts.ts'

/**
 * Runs after each start, once the server listens; the lines that it returns are printed below "Rollcall ready at …".
 * Here the first boot makes what only a first boot makes: the owner's set-up link and the file that the client reads.
 */
export async function onReady({ database, config, clock, publicUrl }: Parts): Promise<readonly string[]> {
  const url = publicUrl().href
  const now = clock()
  await writeInstanceFile(database, { dataDir: config.dataDir, url, now })
  const token = await createSetupLink(database, now)
  const setup =
    token === undefined ? [] : [`Set up the owner (once, within ${setupLinkDays} days): ${url}/setup/${token}`]
  return [...setup, ...(await describeStrandedPasskeys(database, url))]
}
