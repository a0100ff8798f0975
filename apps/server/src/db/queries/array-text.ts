const special = /["\\]/
const specials = /["\\]/g

/**
 * A one-dimensional array as PostgreSQL reads it (manual, §8.15.2): `{1,NULL,"a \"b\""}`.
 * The driver's own serialiser escapes every element by two regular expressions, whether it needs them or not.
 */
export function toArrayText(values: readonly (string | number | null)[]): string {
  let text = '{'
  for (const value of values) {
    if (text.length > 1) text += ','
    if (value === null) text += 'NULL'
    else if (typeof value === 'number') text += value
    else text += `"${special.test(value) ? value.replace(specials, String.raw`\$&`) : value}"`
  }
  return `${text}}`
}
