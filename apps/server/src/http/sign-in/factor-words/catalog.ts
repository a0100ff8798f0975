import type { Language } from '../../../language.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'
import { ko } from './ko.ts'
import type { FactorWords } from './words.ts'

export const factorWords: { readonly [language in Language]: FactorWords } = { en, ko, ja, fr }
