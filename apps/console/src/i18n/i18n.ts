import i18next, { type BackendModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { chosenLanguage, firstLanguage, isLanguage, keepLanguage, pseudoLanguage, type Language } from './language.ts'
import { toPseudo } from './pseudo.ts'

const catalogues = import.meta.glob<Record<string, unknown>>('../locales/*/*.json', { import: 'default' })

/** A catalogue is loaded when something in its namespace is shown for the first time in that language. */
const backend: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language, namespace, done) => {
    const isPseudo = language === pseudoLanguage
    const load = catalogues[`../locales/${isPseudo ? 'en' : language}/${namespace}.json`]
    if (load === undefined) {
      done(new Error(`No catalogue ${language}/${namespace}`), null)
      return
    }
    const deliver = async (): Promise<void> => {
      try {
        const words = await load()
        done(null, isPseudo ? toPseudo(words) : words)
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)), null)
      }
    }
    void deliver()
  },
}

export async function startI18n(): Promise<void> {
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: firstLanguage(),
      fallbackLng: false,
      ns: ['common'],
      defaultNS: 'common',
      load: 'currentOnly',
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    })
  i18next.on('languageChanged', describeToPage)
  describeToPage(i18next.language)
}

/** The person's own choice, kept in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  keepLanguage(language)
  await i18next.changeLanguage(language)
}

/** Whoever has chosen nothing reads what his organization reads. */
export async function followOrganization(locale: string | undefined): Promise<void> {
  if (chosenLanguage() === undefined && isLanguage(locale) && locale !== i18next.language)
    await i18next.changeLanguage(locale)
}

function describeToPage(language: string): void {
  document.documentElement.lang = language === pseudoLanguage ? 'en' : language
}
