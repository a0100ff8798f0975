/** Whether a set of characters holds a UTF-16 unit; .NET searches units, not code points. */
export type UnitTest = (unit: number) => boolean

/** A place, not a character: start or end of the text or of a line, or the edge of a word. */
export type Edge = 'textStart' | 'lineStart' | 'textEnd' | 'lineEnd' | 'lastLineEnd' | 'word' | 'notWord'

/** A pattern as it was read. */
export type PatternNode =
  | { readonly kind: 'unit'; readonly test: UnitTest }
  | { readonly kind: 'edge'; readonly edge: Edge }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | {
      readonly kind: 'repeat'
      readonly part: PatternNode
      readonly minimum: number
      readonly maximum: number
      readonly isGreedy: boolean
    }
  /** `group` is the index in the order of the opening parentheses; numbers are given later, since .NET counts names last. */
  | { readonly kind: 'capture'; readonly part: PatternNode; readonly group: number }
