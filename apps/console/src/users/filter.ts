import { parseFilter, ScimError } from '@rollcall/scim'

/** What somebody typed into the one search box: words, a SCIM filter, or one with a fault in it. */
export type Typed =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'filter'; readonly filter: string }
  /** `position` counts characters from 1. */
  | { readonly kind: 'broken'; readonly position: number; readonly detail: string }

// An attribute, an operator and the beginning of a value: nobody is called that.
const looksLikeFilter =
  /^\s*(?:\(|not\b\s*\()*\s*[a-z][\w.:$-]*(?:\s*\[|\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+(?:"|-?\d|true\b|false\b|null\b)|\s+pr\s*(?:$|\)|and\b|or\b))/i

export function readTyped(text: string): Typed {
  const trimmed = text.trim()
  if (!looksLikeFilter.test(trimmed)) return { kind: 'words', words: trimmed }
  try {
    parseFilter(trimmed)
    return { kind: 'filter', filter: trimmed }
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    const detail = error.message.replace(/^.*?at character \d+: /, '')
    return { kind: 'broken', position: (error.position ?? 0) + 1, detail }
  }
}
