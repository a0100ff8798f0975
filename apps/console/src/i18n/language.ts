import { localeNames } from '@rollcall/admin-api/names'

/** English with accents and a third longer: whoever sees plain letters or cut words has found a fault. */
export const pseudoLanguage = 'en-XA'

export type Language = (typeof localeNames)[number]
export const languages = localeNames

/** Each calls itself by its own name. */
export const languageNames: { readonly [language in Language]: string } = {
  en: 'English',
  ko: '한국어',
  ja: '日本語',
  fr: 'Français',
}

const storageKey = 'rollcall.language'

export function isLanguage(text: string | null | undefined): text is Language {
  return languages.some((language) => language === text)
}

/** What the person chose in this browser. */
export function chosenLanguage(): string | undefined {
  const chosen = localStorage.getItem(storageKey)
  return isLanguage(chosen) || chosen === pseudoLanguage ? chosen : undefined
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(storageKey, language)
}

/** Until the organization is known: chosen, else what the server took from Accept-Language, which wrote it into the page. */
export function firstLanguage(): string {
  return chosenLanguage() ?? (isLanguage(document.documentElement.lang) ? document.documentElement.lang : 'en')
}

/** The language of the page now; the pseudo one is English to everybody else. */
export function currentLanguage(): Language {
  const { lang } = document.documentElement
  return isLanguage(lang) ? lang : 'en'
}
