/** The attribute that an app's words name: the longest of those that were sent. */
export function findNamedAttribute(words: string, attributes: readonly string[]): string | undefined {
  const said = words.toLowerCase()
  return attributes
    .filter((path) => namesOf(path).some((name) => isNamed(said, name)))
    .toSorted((left, right) => right.length - left.length)[0]
}

function isNamed(words: string, name: string): boolean {
  const at = words.indexOf(name)
  return at >= 0 && !/[\w.]/.test(words.charAt(at - 1)) && !/\w/.test(words.charAt(at + name.length))
}

/** `emails[type eq "work"].value` is also told as `emails`. */
function namesOf(path: string): readonly string[] {
  const short = path.toLowerCase().replace(/^urn:.*:(?=[^:]*$)/, '')
  const name = /^[\w$-]+/.exec(short)?.[0] ?? short
  return [path.toLowerCase(), short, name]
}
