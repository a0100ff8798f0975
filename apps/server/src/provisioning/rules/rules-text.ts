import { provisioningRules, type ProvisioningRules, type RulesFormat } from '@rollcall/admin-api'
import { parseDocument, stringify } from 'yaml'
import { AccessError } from '../../access/access-error.ts'
import { fromEntraSchema, toEntraSchema } from './entra-schema.ts'

/** Rules as a text that goes into a file, and what of them the format cannot say. */
export type RulesText = { readonly text: string; readonly lost: readonly string[] }

/** Aliases that a YAML document may resolve: more would be a bomb. */
const aliasesMax = 100

export function printRules(document: ProvisioningRules, format: RulesFormat): RulesText {
  if (format === 'yaml') return { text: stringify(document, { lineWidth: 0 }), lost: [] }
  if (format === 'json') return { text: `${JSON.stringify(document, null, 2)}\n`, lost: [] }
  const { schema, lost } = toEntraSchema(document)
  return { text: `${JSON.stringify(schema, null, 2)}\n`, lost }
}

/** Rules of a text. Throws `invalidRules` with the place of what cannot be read; whether they can work is asked elsewhere. */
export function readRules(
  text: string,
  format: RulesFormat,
): { readonly document: ProvisioningRules; readonly lost: readonly string[] } {
  const value = format === 'yaml' ? parseYaml(text) : parseJson(text)
  if (format === 'entra') {
    const { rules, lost } = fromEntraSchema(value)
    return { document: requireRules(rules), lost }
  }
  return { document: requireRules(value), lost: [] }
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true, merge: false })
  const [error] = document.errors
  if (error !== undefined) throw refuse(error.message.split('\n')[0] ?? error.message)
  try {
    return document.toJS({ maxAliasCount: aliasesMax })
  } catch (bomb) {
    if (bomb instanceof ReferenceError) throw refuse(bomb.message)
    throw bomb
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse(error.message)
    throw error
  }
}

function requireRules(value: unknown): ProvisioningRules {
  const read = provisioningRules.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const place = issue?.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('') ?? ''
  throw refuse(`${place.replace(/^\./, '') || 'rules'}: ${issue?.message ?? 'no rules'}`)
}

function refuse(problem: string): AccessError {
  return new AccessError('invalidRules', problem, { field: 'text' })
}
