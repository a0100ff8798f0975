import { readFileSync } from 'node:fs'
import { usageFailure } from './failure.ts'

/** The text of the file that `--file` names; `-` is standard input. */
export function readFileOption(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (cause) {
    throw usageFailure(`--file: ${cause instanceof Error ? cause.message : 'cannot be read'}`)
  }
}
