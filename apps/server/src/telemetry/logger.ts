import pino, { type Logger as PinoLogger } from 'pino'
import { prettyLine } from './pretty.ts'
import { redactText, redactValue } from './redact.ts'

export type Logger = PinoLogger

export type LoggerOptions = {
  readonly level: string
  readonly isPretty: boolean
  readonly isColored: boolean
  readonly write: (line: string) => void
}

/**
 * One JSON object a line: `time` (RFC 3339), `level` as a word, `msg`, and what the line is about (`req_id`, `org`, `actor`).
 * Secrets are removed twice: by name from the values, by shape from the finished line.
 */
export function createLogger(options: LoggerOptions): Logger {
  const write = (line: string): void => {
    const safe = redactText(line)
    options.write(options.isPretty ? prettyLine(safe, options.isColored) : safe)
  }
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        bindings: redactObject,
        log: redactObject,
      },
      // Errors are described by redactValue, which also redacts them.
      serializers: { err: redactValue },
    },
    { write },
  )
}

/** For tests and tools: says nothing. */
export const silentLogger: Logger = pino({ level: 'silent' })

function redactObject(object: object): Record<string, unknown> {
  // A plain object stays one; the type of redactValue only cannot say so.
  return redactValue(object) as Record<string, unknown>
}
