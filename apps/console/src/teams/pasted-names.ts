/** So many at once: what one call of the API takes. */
export const pastedMax = 1_000

const namesPerFilter = 25

/** User names or addresses, one a line or with commas between, each once. */
export function readNames(text: string): readonly string[] {
  const names = text
    .split(/[\n;,]+/)
    .map((line) => (/<([^<>]+)>/.exec(line)?.[1] ?? line).trim().toLowerCase())
    .filter((line) => line !== '')
  return [...new Set(names)].slice(0, pastedMax)
}

/** SCIM filters that find whoever is called so, some at a time. */
export function toFilters(names: readonly string[]): readonly string[] {
  const filters: string[] = []
  for (let from = 0; from < names.length; from += namesPerFilter)
    filters.push(
      names
        .slice(from, from + namesPerFilter)
        .map((name) => `userName eq ${JSON.stringify(name)} or emails.value eq ${JSON.stringify(name)}`)
        .join(' or '),
    )
  return filters
}
