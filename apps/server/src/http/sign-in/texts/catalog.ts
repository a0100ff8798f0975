import type { Language } from '../../../language.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'
import { ko } from './ko.ts'
import type { SignInTexts } from './sign-in-texts.ts'

/** The words of the pages around signing in. */
export const signInTexts: { readonly [language in Language]: SignInTexts } = { en, ko, ja, fr }

/** A text with its values; what has none stays away. */
export function fillText(text: string, values: Readonly<Record<string, string | number>>): string {
  const known = new Map(Object.entries(values))
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(known.get(name) ?? ''))
}
