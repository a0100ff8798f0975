/** A timestamptz as PostgreSQL writes it: `2026-11-21 09:00:00.123456+00`, cut to milliseconds. Fastest under UTC. */
export function parseTimestamp(text: string): Date {
  if (!isPlain(text)) return new Date(text)
  const milliseconds = Number(millisecondsOf(text))
  return new Date(
    Date.UTC(
      Number(text.slice(0, 4)),
      Number(text.slice(5, 7)) - 1,
      Number(text.slice(8, 10)),
      Number(text.slice(11, 13)),
      Number(text.slice(14, 16)),
      Number(text.slice(17, 19)),
      milliseconds,
    ),
  )
}

/** The same as xsd:dateTime with milliseconds, without a Date in between. */
export function formatTimestamp(text: string): string {
  if (!isPlain(text)) return new Date(text).toISOString()
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${millisecondsOf(text)}Z`
}

function isPlain(text: string): boolean {
  return text.length >= 22 && text.charCodeAt(4) === hyphen && text.endsWith('+00')
}

function millisecondsOf(text: string): string {
  return text.charCodeAt(19) === point ? text.slice(20, -3).padEnd(3, '0').slice(0, 3) : '000'
}

const hyphen = 0x2d
const point = 0x2e
