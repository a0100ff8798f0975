import { useTranslation } from 'react-i18next'
import { pseudoLanguage } from '../i18n/language.ts'
import { useFormats } from '../i18n/format.ts'

const secondMs = 1_000

/** Of single requests: below a second in milliseconds. */
export function useShortDuration(): (milliseconds: number) => string {
  const formats = useFormats()
  const { i18n } = useTranslation()
  const language = i18n.language === pseudoLanguage ? 'en' : i18n.language
  const small = new Intl.NumberFormat(language, { style: 'unit', unit: 'millisecond', unitDisplay: 'short' })
  return (milliseconds) =>
    milliseconds < secondMs ? small.format(Math.round(milliseconds)) : formats.duration(milliseconds)
}
