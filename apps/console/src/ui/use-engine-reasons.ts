import { useTranslation } from 'react-i18next'

/** What the server says of a code, in English; null where it has no words for it. */
type Told = { readonly meaning: string | null; readonly remedy: string | null } | null

type ReasonWords = {
  readonly meaning: string
  /** Empty: nothing is known that would help. */
  readonly remedy: string
}

/**
 * Meaning and remedy of a code of the engine in the language of the page. A code that only a server of another version
 * knows gets the words of that server, and without any its own name.
 */
export function useEngineReasons(): (code: string, told?: Told) => ReasonWords {
  const { t } = useTranslation('engineReasons')
  return (code, told = null) => ({
    meaning: t(`${code}.meaning`, { defaultValue: told?.meaning ?? code }),
    remedy: t(`${code}.remedy`, { defaultValue: told?.remedy ?? '' }),
  })
}
