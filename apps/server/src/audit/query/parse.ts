import type { AuditFilter, Comparison } from '../../db/queries/audit-filter.ts'
import { toTerm } from '../terms.ts'
import { findField, queryFields, type FieldValue } from './fields.ts'
import { AuditQueryError, readTokens, type Token } from './tokens.ts'

export const queryCharactersMax = 1_000
const termsMax = 50
const depthMax = 10
// Where a word without a field is looked for.
const anyFields = ['user', 'actor', 'team', 'target', 'ip', 'request']

/**
 * A query of the audit log. Terms side by side must all hold; `OR`, `NOT` or `-`, and parentheses do what they say.
 * Throws AuditQueryError with the place of what is wrong.
 */
export function parseAuditQuery(query: string): AuditFilter {
  if (query.length > queryCharactersMax)
    throw new AuditQueryError(queryCharactersMax + 1, `a query has at most ${queryCharactersMax} characters`)
  const parser = new Parser(readTokens(query))
  return parser.parse()
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #terms = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): AuditFilter {
    if (this.#peek().kind === 'end') return { kind: 'and', parts: [] }
    const filter = this.#parseOr(0)
    const rest = this.#peek()
    if (rest.kind !== 'end') throw new AuditQueryError(rest.position, `"${rest.text}" is not expected here`)
    return filter
  }

  #parseOr(depth: number): AuditFilter {
    if (depth > depthMax) throw new AuditQueryError(this.#peek().position, `parentheses go ${depthMax} deep at most`)
    const parts = [this.#parseAnd(depth)]
    while (this.#takeWord('OR')) parts.push(this.#parseAnd(depth))
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'or', parts }
  }

  #parseAnd(depth: number): AuditFilter {
    const parts = [this.#parseUnary(depth)]
    for (;;) {
      this.#takeWord('AND')
      const { kind, text } = this.#peek()
      if (kind === 'end' || kind === 'close' || (kind === 'word' && text === 'OR')) break
      parts.push(this.#parseUnary(depth))
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'and', parts }
  }

  #parseUnary(depth: number): AuditFilter {
    const token = this.#peek()
    if (token.kind === 'minus' || (token.kind === 'word' && token.text === 'NOT')) {
      this.#at++
      return { kind: 'not', part: this.#parseUnary(depth + 1) }
    }
    if (token.kind === 'open') {
      this.#at++
      const filter = this.#parseOr(depth + 1)
      this.#close(token)
      return filter
    }
    return this.#parseTerm()
  }

  #parseTerm(): AuditFilter {
    const token = this.#next()
    if (token.kind !== 'word' && token.kind !== 'text')
      throw new AuditQueryError(token.position, `expected field:value, found ${describe(token)}`)
    if (++this.#terms > termsMax) throw new AuditQueryError(token.position, `a query has at most ${termsMax} terms`)
    if (this.#peek().kind !== 'colon') return toAnyField(token)
    this.#at++
    const field = findField(token.text)
    if (field === undefined) {
      const names = queryFields.map(({ names: [first] }) => first).join(', ')
      throw new AuditQueryError(token.position, `there is no field "${token.text}"; there are ${names}`)
    }
    const open = this.#peek()
    if (open.kind !== 'open') return this.#parseValue(field)
    this.#at++
    const parts = [this.#parseValue(field)]
    while (this.#takeWord('OR') || this.#take('pipe')) parts.push(this.#parseValue(field))
    this.#close(open)
    return { kind: 'or', parts }
  }

  #parseValue(field: NonNullable<ReturnType<typeof findField>>): AuditFilter {
    const token = this.#next()
    if (token.kind !== 'word' && token.kind !== 'text')
      throw new AuditQueryError(token.position, `expected a value of ${field.names[0]}, found ${describe(token)}`)
    if (++this.#terms > termsMax) throw new AuditQueryError(token.position, `a query has at most ${termsMax} terms`)
    const { position } = token
    if (token.kind === 'text') return field.toFilter({ text: token.text, operator: '=', isPrefix: false, position })
    if (field.takesRange === true) return toRange(token, (value) => field.toFilter(value))
    if (!token.text.includes('*')) return field.toFilter({ text: token.text, operator: '=', isPrefix: false, position })
    const star = position + token.text.indexOf('*')
    if (field.takesPrefix !== true)
      throw new AuditQueryError(star, `${field.names[0]} takes no *; quote the value when it has one`)
    if (!/^[^*]+\*$/.test(token.text)) throw new AuditQueryError(star, '* may only stand at the end of a value')
    return field.toFilter({ text: token.text.slice(0, -1), operator: '=', isPrefix: true, position })
  }

  #close(open: Token): void {
    if (!this.#take('close')) throw new AuditQueryError(open.position, 'this parenthesis is not closed')
  }

  #takeWord(word: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'word' || token.text !== word) return false
    this.#at++
    return true
  }

  #take(kind: Token['kind']): boolean {
    if (this.#peek().kind !== kind) return false
    this.#at++
    return true
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? endOf(this.#tokens)
  }

  #next(): Token {
    const token = this.#peek()
    this.#at++
    return token
  }
}

function toAnyField({ text, kind, position }: Token): AuditFilter {
  if (kind === 'word' && text.includes('*'))
    throw new AuditQueryError(position, 'a word without a field takes no *; write action:… to ask for names of events')
  return {
    kind: 'or',
    parts: [
      { kind: 'terms', terms: anyFields.map((field) => toTerm(field, text)) },
      { kind: 'action', value: text.toLowerCase(), isPrefix: false },
    ],
  }
}

const comparison = /^(>=|<=|>|<)?(.+)$/s

/** `>=a`, or `a..b` with both ends included; `*` leaves an end open. */
function toRange({ text, position }: Token, toFilter: (value: FieldValue) => AuditFilter): AuditFilter {
  const dots = text.indexOf('..')
  if (dots >= 0) {
    const ends = [
      { text: text.slice(0, dots), operator: '>=' as const, position },
      { text: text.slice(dots + 2), operator: '<=' as const, position: position + dots + 2 },
    ]
    return {
      kind: 'and',
      parts: ends.filter((end) => end.text !== '*').map((end) => toFilter({ ...end, isPrefix: false })),
    }
  }
  const [, sign = '', value = ''] = comparison.exec(text) ?? []
  const operator = (sign === '' ? '=' : sign) as Comparison // The pattern allows no other.
  return toFilter({ text: value, operator, isPrefix: false, position: position + sign.length })
}

function describe(token: Token): string {
  return token.kind === 'end' ? 'the end of the query' : `"${token.text}"`
}

function endOf(tokens: readonly Token[]): Token {
  return tokens.at(-1) ?? { kind: 'end', text: '', position: 1 }
}
