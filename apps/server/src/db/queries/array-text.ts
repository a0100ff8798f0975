const special = /["\\]/
const specials = /["\\]/g
const control = /[\u0000-\u001f]/

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
    else text += special.test(value) ? quote(value) : `"${value}"`
  }
  return `${text}}`
}

/** JSON writes a text as PostgreSQL wants it, and far faster, unless it has characters that only JSON escapes. */
function quote(value: string): string {
  if (!control.test(value) && value.isWellFormed()) return JSON.stringify(value)
  return `"${value.replace(specials, String.raw`\$&`)}"`
}
