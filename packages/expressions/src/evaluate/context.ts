/** Where attributes come from: an object by name, or a function that knows paths. Always the whole object, never a change. */
export type AttributeSource = { readonly [name: string]: unknown } | ((name: string) => unknown)

/** What an evaluation is given. Only `attributes` is always needed; what lacks is an error when it is asked for. */
export type EvaluationContext = {
  readonly attributes: AttributeSource
  /** The clock, for Now(). */
  readonly now?: Date | undefined
  /** As many random bytes, of a generator fit for secrets, such as `(length) => crypto.getRandomValues(new Uint8Array(length))`. */
  readonly random?: ((length: number) => Uint8Array) | undefined
  /** Whether somebody in the target has this value, without regard to case; for SelectUniqueValue. */
  readonly isTaken?: ((value: string) => boolean) | undefined
  /** What a table says of a key; undefined and null: nothing. For Rollcall.Lookup. */
  readonly lookUp?: ((table: string, key: string) => unknown) | undefined
  /** The number of this object in a sequence, kept for it; for Rollcall.UniqueNumber. */
  readonly numberOf?: ((sequence: string) => number | bigint) | undefined
  readonly defaultDomain?: string | undefined
  /** Attributes whose values no log may show. */
  readonly secretAttributes?: ReadonlySet<string> | undefined
}

/** The attribute of a source; undefined when it has none. Names are compared exactly. */
export function readSource(source: AttributeSource, name: string): unknown {
  if (typeof source === 'function') return source(name)
  return Object.hasOwn(source, name) ? source[name] : undefined
}
