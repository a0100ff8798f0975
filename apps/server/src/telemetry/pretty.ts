import { styleText } from 'node:util'

const colors = { trace: 'gray', debug: 'gray', info: 'green', warn: 'yellow', error: 'red', fatal: 'magenta' } as const

/** A log line for people: `10:32:07 info  message name=value`. */
export function prettyLine(line: string, isColored: boolean): string {
  const { time, level, msg, err, ...rest } = parseLine(line)
  const word = String(level).padEnd(5)
  const color = isLevel(level) ? colors[level] : 'gray'
  const label = isColored ? styleText(color, word, { validateStream: false }) : word
  const details = Object.entries(rest).map(([name, value]) => ` ${name}=${toText(value)}`)
  return `${String(time).slice(11, 19)} ${label} ${toText(msg)}${details.join('')}${describe(err)}\n`
}

function parseLine(line: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(line)
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : { msg: line }
}

function isLevel(level: unknown): level is keyof typeof colors {
  return typeof level === 'string' && Object.hasOwn(colors, level)
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  return `\n  ${'stack' in error ? String(error.stack) : toText(error)}`
}
