/** The languages of pages and mails, in the order of preference when nothing else decides. */
export const languages = ['en', 'ko', 'ja', 'fr'] as const
export type Language = (typeof languages)[number]

/** The language of ours that a BCP 47 tag such as `fr-CA` or `ja_JP` asks for; undefined when we do not speak it. */
export function toLanguage(tag: string): Language | undefined {
  const primary = tag.trim().toLowerCase().split(/[-_]/, 1)[0]
  return languages.find((known) => known === primary)
}

/** The language that a browser likes best of those that we have (RFC 9110 §12.5.4); English otherwise. */
export function chooseLanguage(acceptLanguage: string | null): Language {
  const wanted = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/i.exec(parameter)?.[1]).find(Boolean)
      return {
        tag,
        quality: quality === undefined ? 1 : Number(quality),
      }
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
  for (const { tag } of wanted) {
    const language = toLanguage(tag)
    if (language !== undefined) return language
  }
  return 'en'
}
