import { usageFailure } from './failure.ts'

/** `--settings`: one JSON object; the server checks what is in it and names what is wrong. */
export function parseSettings(text: string, example: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Falls through to the same sentence.
  }
  throw usageFailure(`--settings takes one JSON object, such as '${example}'`)
}
