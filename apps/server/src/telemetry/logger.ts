import pino, { type Logger as PinoLogger } from 'pino'
import { prettyLine } from './pretty.ts'
import { redactValue } from './redact.ts'

export type Logger = PinoLogger

export type LoggerOptions = {
  readonly level: string
  readonly isPretty: boolean
  readonly isColored: boolean
  readonly write: (line: string) => void
}

/**
 * One JSON object a line: `time` (RFC 3339), `level` as a word, `msg`, and what the line is about (`req_id`, `org`, `actor`).
 * Secrets are taken out of the finished line, so that no way into it goes around that.
 */
export function createLogger(options: LoggerOptions): Logger {
  const write = (line: string): void => {
    const safe = `${JSON.stringify(redactValue(JSON.parse(line)))}\n`
    options.write(options.isPretty ? prettyLine(safe, options.isColored) : safe)
  }
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: redactValue },
    },
    { write },
  )
}

/** For tests and tools: says nothing. */
export const silentLogger: Logger = pino({ level: 'silent' })
