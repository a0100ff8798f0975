/** `jti` of a token, by its id. */
export function toJti(id: string): string {
  return id.replaceAll('-', '')
}

const jtiPattern = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

/** The id behind a `jti` or a `txn` of ours; undefined when it can be none. */
export function parseJti(text: string): string | undefined {
  return jtiPattern.test(text) ? text.replace(jtiPattern, '$1-$2-$3-$4-$5') : undefined
}
