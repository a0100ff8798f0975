import type { RouteAnswer } from '@rollcall/admin-api'

type Rules = RouteAnswer<'getSourceRules'>['rules']

const headBytesMax = 65_536
const delimiters = /[,;\t|]/

/** Names of the columns of a table. Those that we look for are plain letters, which every encoding writes alike. */
export async function readHeader(file: Blob): Promise<ReadonlySet<string>> {
  const bytes = new Uint8Array(await file.slice(0, headBytesMax).arrayBuffer())
  // Of UTF-16 every other byte of a plain letter is zero.
  const text = new TextDecoder('latin1').decode(bytes.filter((byte) => byte !== 0))
  const [line = ''] = text.split(/\r?\n|\r/, 1)
  const names = line.replace(/^(?:ï»¿|ÿþ|þÿ)/, '').split(delimiters)
  return new Set(names.map((name) => name.trim().replaceAll(/^"|"$/g, '')))
}

/**
 * Rules without the columns that the table does not have, and that leave alone whoever is not in it. Without `userName` the
 * mail address names people.
 */
export function fitRules(rules: Rules, header: ReadonlySet<string> | undefined): Rules {
  const leaving = { ...rules.leaving, policy: 'nothing' as const }
  if (header === undefined) return { ...rules, leaving }
  const isByMail = !header.has('userName') && header.has('email')
  const has = (source: string | undefined): boolean => source === undefined || header.has(source)
  const mappings = rules.mappings.filter(({ target, source }) => target === 'userName' || has(source))
  const correlation = rules.correlation.filter((rule) => rule.every(({ source }) => has(source)))
  if (!isByMail) return { ...rules, leaving, mappings, correlation }
  const userName = { target: 'userName', kind: 'direct', source: 'email', apply: 'always', onNull: 'keep' } as const
  return {
    ...rules,
    leaving,
    anchor: 'email',
    mappings: [userName, ...mappings.filter(({ target }) => target !== 'userName')],
    correlation: [...correlation, [{ target: 'userName', source: 'email' }]],
  }
}
