import type { Language } from '../language.ts'
import type { MailCatalog } from './template-data.ts'
import { en } from './words/en.ts'
import { fr } from './words/fr.ts'
import { ja } from './words/ja.ts'
import { ko } from './words/ko.ts'

/** The words of all mails. */
export const mailCatalogs: { readonly [language in Language]: MailCatalog } = { en, ko, ja, fr }
