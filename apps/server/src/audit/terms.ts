/** Ids of ours end with 26 characters of base32; whatever else stands in a term is the name of somebody or something. */
const idSuffix = /_[0-7][0-9a-hjkmnp-tv-z]{25}$/
const personalTerms = { actor: /^(?:actor:|ip:|agent:)/, subject: /^user:/ } as const
const termCharactersMax = 300
const termsMax = 400

/** What an event is found by: `field:value`, folded, each once. */
export class Terms {
  readonly #terms = new Set<string>()

  add(field: string, ...values: readonly (string | number | null | undefined)[]): this {
    for (const value of values)
      if (value !== null && value !== undefined && value !== '' && this.#terms.size < termsMax)
        this.#terms.add(toTerm(field, String(value)))
    return this
  }

  toArray(): readonly string[] {
    return [...this.#terms]
  }
}

/** As it is stored and asked for; what PostgreSQL cannot hold is left out. */
export function toTerm(field: string, value: string): string {
  return `${field}:${value.replaceAll('\0', '').slice(0, termCharactersMax).toLowerCase()}`
}

/** What is left of the terms when the personal data of the actor or of the subject is erased. */
export function withoutPersonal(terms: readonly string[], part: 'actor' | 'subject'): readonly string[] {
  return terms.filter((term) => !personalTerms[part].test(term) || idSuffix.test(term))
}
