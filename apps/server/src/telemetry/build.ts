import { readFileSync } from 'node:fs'

/** Version of the package and, where the build names it, the commit. */
export function readBuild(): { readonly version: string; readonly commit: string } {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const hasVersion = typeof parsed === 'object' && parsed !== null && 'version' in parsed
  return { version: hasVersion ? String(parsed.version) : 'unknown', commit: readCommit() }
}

/** The commit of a checkout, without asking git; 'unknown' where there is none. */
function readCommit(): string {
  const root = new URL('../../../../.git/', import.meta.url)
  const head = readText(new URL('HEAD', root))
  const reference = /^ref: (.+)$/.exec(head)?.[1]
  const commit = reference === undefined ? head : readText(new URL(reference, root))
  return /^[0-9a-f]{40}/.test(commit) ? commit.slice(0, 12) : 'unknown'
}

function readText(url: URL): string {
  try {
    return readFileSync(url, 'utf8').trim()
  } catch {
    return ''
  }
}
