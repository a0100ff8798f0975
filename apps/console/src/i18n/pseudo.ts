const accents = new Map(
  Object.entries({
    a: 'á',
    e: 'é',
    i: 'í',
    o: 'ó',
    u: 'ú',
    c: 'ç',
    n: 'ñ',
    y: 'ý',
    A: 'Á',
    E: 'É',
    I: 'Í',
    O: 'Ó',
    U: 'Ú',
    C: 'Ç',
    N: 'Ñ',
  }),
)

/** Every text of a catalogue with accents, a third longer and between brackets; placeholders and tags stay. */
export function toPseudo(words: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(words).map(([key, value]) => [key, convert(value)]))
}

function convert(value: unknown): unknown {
  if (typeof value === 'string') return `[${accent(value)}${'·'.repeat(Math.ceil(value.length / 3))}]`
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, convert(inner)]))
}

function accent(text: string): string {
  return text
    .split(/(\{\{[^}]*\}\}|<[^>]*>)/)
    .map((part, index) =>
      index % 2 === 1 ? part : Array.from(part, (letter) => accents.get(letter) ?? letter).join(''),
    )
    .join('')
}
