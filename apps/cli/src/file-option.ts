import { readFileSync } from 'node:fs'
import { usageFailure } from './failure.ts'

/** The text of the file that the option names; `-` is standard input. */
export function readFileOption(option: string, path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (cause) {
    throw usageFailure(`${option}: ${cause instanceof Error ? cause.message : 'cannot be read'}`)
  }
}
