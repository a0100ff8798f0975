export type Token = {
  readonly kind: 'word' | 'text' | 'open' | 'close' | 'colon' | 'minus' | 'pipe' | 'end'
  readonly text: string
  /** Of its first character, from 1. */
  readonly position: number
}

/** What is wrong with a query, and where. */
export class AuditQueryError extends Error {
  readonly position: number

  constructor(position: number, message: string) {
    super(`At character ${position} of the query: ${message}`)
    this.name = 'AuditQueryError'
    this.position = position
  }
}

const marks: Readonly<Record<string, Token['kind']>> = { '(': 'open', ')': 'close', ':': 'colon', '|': 'pipe' }
const wordEnd = /[\s():|"]/
// Times and addresses hold colons: behind the first one of a term they are part of the value.
const valueEnd = /[\s()|"]/

/** Words, quoted texts and marks; a colon ends the name of a field and is otherwise a character like others. */
export function readTokens(query: string): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < query.length;) {
    const character = query[at] ?? ''
    const mark = marks[character]
    const previous = tokens.at(-1)
    const position = at + 1
    if (/\s/.test(character)) at++
    else if (mark !== undefined) {
      tokens.push({ kind: mark, text: character, position })
      at++
    } else if (character === '"') {
      const { text, end } = readQuoted(query, at)
      tokens.push({ kind: 'text', text, position })
      at = end
    } else if (character === '-' && startsTerm(previous, query[at - 1])) {
      tokens.push({ kind: 'minus', text: '-', position })
      at++
    } else {
      const isValue = previous?.kind === 'colon' || previous?.kind === 'pipe' || isInList(tokens)
      let end = at + 1
      while (end < query.length && !(isValue ? valueEnd : wordEnd).test(query[end] ?? '')) end++
      tokens.push({ kind: 'word', text: query.slice(at, end), position })
      at = end
    }
  }
  return [...tokens, { kind: 'end', text: '', position: query.length + 1 }]
}

function startsTerm(previous: Token | undefined, before: string | undefined): boolean {
  return previous === undefined || previous.kind === 'open' || /\s/.test(before ?? ' ')
}

/** Within `field:( … )`. */
function isInList(tokens: readonly Token[]): boolean {
  const open = tokens.findLastIndex(({ kind }) => kind === 'open')
  const close = tokens.findLastIndex(({ kind }) => kind === 'close')
  return open > close && tokens[open - 1]?.kind === 'colon'
}

function readQuoted(query: string, start: number): { readonly text: string; readonly end: number } {
  let text = ''
  for (let at = start + 1; at < query.length; at++) {
    const character = query[at] ?? ''
    if (character === '"') return { text, end: at + 1 }
    if (character === '\\' && at + 1 < query.length) text += query[++at] ?? ''
    else text += character
  }
  throw new AuditQueryError(start + 1, 'the quoted text has no end; close it with "')
}
