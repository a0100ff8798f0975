import { localeNames } from '@rollcall/admin-api/names'

/** In the order of preference when nothing else decides. */
export const languages = localeNames
export type Language = (typeof languages)[number]

/** The language that a browser likes best of those that we have (RFC 9110 §12.5.4); English otherwise. */
export function chooseLanguage(acceptLanguage: string | null): Language {
  return findLanguage(acceptLanguage ?? '') ?? 'en'
}

/** The same for every text of that form, such as `preferredLanguage` (RFC 7643 §4.1.1); undefined when none is ours. */
export function findLanguage(acceptLanguage: string): Language | undefined {
  const wanted = acceptLanguage
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/i.exec(parameter)?.[1]).find(Boolean)
      return { tag, quality: quality === undefined ? 1 : Number(quality) }
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
  for (const { tag } of wanted) {
    const primary = tag.trim().toLowerCase().split(/[-_]/, 1)[0]
    const language = languages.find((known) => known === primary)
    if (language !== undefined) return language
  }
  return undefined
}
