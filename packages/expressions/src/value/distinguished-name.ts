/** The values of the parts of a distinguished name, unescaped (RFC 4514); undefined when the text is none. */
export function parseName(text: string): readonly string[] | undefined {
  const components: string[] = []
  for (const part of splitUnescaped(text)) {
    const equals = part.indexOf('=')
    if (equals < 1) return undefined
    components.push(unescape(trimUnescaped(part.slice(equals + 1))))
  }
  return components
}

function splitUnescaped(text: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '"') isQuoted = !isQuoted
    else if ((character === ',' || character === ';') && !isQuoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

// A blank at the end counts when it is escaped.
function trimUnescaped(text: string): string {
  const start = text.trimStart()
  const end = start.trimEnd()
  const isEscaped = /(?:^|[^\\])(?:\\\\)*\\$/.test(end) && end.length < start.length
  return isEscaped ? `${end} ` : end
}

function unescape(text: string): string {
  const plain = /^".*"$/s.test(text) ? text.slice(1, -1) : text
  return plain.replaceAll(/(?:\\[0-9A-Fa-f]{2})+|\\(.)/gs, (found, single?: string) => single ?? decodePairs(found))
}

function decodePairs(found: string): string {
  const bytes = found
    .split('\\')
    .slice(1)
    .map((pair) => Number.parseInt(pair, 16))
  return new TextDecoder().decode(Uint8Array.from(bytes))
}
