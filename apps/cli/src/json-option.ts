import { usageFailure } from './failure.ts'

/** One JSON object, such as `--settings` takes; the server checks what is in it and names what is wrong. */
export function parseJsonObject(text: string, option: { readonly name: string; readonly example: string }): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Falls through to the same sentence.
  }
  throw usageFailure(`${option.name} takes one JSON object, such as '${option.example}'`)
}
