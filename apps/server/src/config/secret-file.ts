import { readFileSync } from 'node:fs'
import type { Found } from './resolve.ts'

/** `DATABASE_URL_FILE=/run/secrets/db`: the way container platforms hand over secrets. */
export function readSecretFile(env: string, path: string, problems: string[]): Found | undefined {
  try {
    return { text: readFileSync(path, 'utf8').trim(), origin: 'secret file' }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    problems.push(`${env}_FILE: got ${JSON.stringify(path)} (${reason}); wanted a readable file`)
    return undefined
  }
}
