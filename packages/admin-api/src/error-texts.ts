import { ko } from './error-texts/ko.ts'
import { ja } from './error-texts/ja.ts'
import { fr } from './error-texts/fr.ts'
import { apiErrors, type ApiErrorCode } from './errors.ts'
import { localeNames } from './names.ts'

/** The languages in which errors explain themselves; codes, fields and values are never translated. */
export const errorLanguages = localeNames

export type ErrorLanguage = (typeof errorLanguages)[number]

/** What people read of an error. */
export type ErrorText = { readonly title: string; readonly cause: string; readonly remedy: string }

export type ErrorTexts = { readonly [code in ApiErrorCode]: ErrorText }

const texts: { readonly [language in ErrorLanguage]: ErrorTexts } = { en: apiErrors, ko, ja, fr }

/**
 * What people read of an error, in their language.
 *
 * @example
 * ```ts
 * import { errorText } from '@rollcall/admin-api'
 *
 * console.log(errorText('notFound', 'fr').title) // Introuvable
 * ```
 */
export function errorText(code: ApiErrorCode, language: ErrorLanguage): ErrorText {
  return texts[language][code]
}
