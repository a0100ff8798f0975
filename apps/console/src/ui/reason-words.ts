import { useTranslation } from 'react-i18next'
import { reasonOf } from '../api/problem.ts'

/** The reason of a refusal in the language of the page; undefined where it has no words of its own, or they are on their way. */
export function useReasonWords(error: unknown): string | undefined {
  const { t, ready } = useTranslation('reasons', { useSuspense: false })
  const reason = reasonOf(error)
  if (reason === undefined || !ready) return undefined
  const words = t(`reasons:${reason}`, { defaultValue: '' })
  return words === '' ? undefined : words
}
