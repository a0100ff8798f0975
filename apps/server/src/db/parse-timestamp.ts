/** A timestamptz as PostgreSQL writes it: `2026-11-21 09:00:00.123456+00`, cut to milliseconds. Fastest under UTC. */
export function parseTimestamp(text: string): Date {
  if (text.length < 22 || text.charCodeAt(4) !== hyphen || !text.endsWith('+00')) return new Date(text)
  const milliseconds = text.charCodeAt(19) === point ? Number(text.slice(20, -3).padEnd(3, '0').slice(0, 3)) : 0
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

const hyphen = 0x2d
const point = 0x2e
