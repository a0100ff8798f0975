import { Button } from '@mantine/core'
import type { ErrorText } from '@rollcall/admin-api'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ConnectionError, problemOf } from '../api/problem.ts'
import { currentLanguage, type Language } from '../i18n/language.ts'
import { CopyButton } from './copy.tsx'
import { icons } from './icons.tsx'
import styles from './error-block.module.css'
import { useReasonWords } from './reason-words.ts'

/** What went wrong, why, what to do; with the code and the id of the request for whoever is asked for help. */
export function ErrorBlock({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useTranslation()
  const words = useErrorWords(error)
  const problem = problemOf(error)
  return (
    <div className={styles.block} role="alert">
      <icons.error size={20} className={styles.icon} />
      <div className={styles.words}>
        <p className={styles.title}>{words.title}</p>
        {words.detail !== undefined && <p className={styles.detail}>{words.detail}</p>}
        {words.cause !== undefined && <p>{withCode(words.cause)}</p>}
        {words.remedy !== undefined && <p>{withCode(words.remedy)}</p>}
        <div className={styles.foot}>
          {problem !== undefined && (
            <span className={styles.reference}>
              <code>{problem.code}</code>
              <code>{problem.requestId}</code>
              <CopyButton text={`${problem.code} ${problem.requestId}`} label={t('copyReference')} />
            </span>
          )}
          {onRetry !== undefined && (
            <Button size="xs" leftSection={<icons.retry size={14} />} onClick={onRetry}>
              {t('retry')}
            </Button>
          )}
        </div>
      </div>
    </div>
  )
}

/** What stands between backticks in the texts is a name in code. */
function withCode(text: string): ReactNode {
  // The same text is cut in the same way, so the place is a key.
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))
}

export type ErrorWords = {
  readonly title: string
  readonly detail?: string | undefined
  readonly cause?: string | undefined
  readonly remedy?: string | undefined
}

/** An error in the language of the page; what has no code of ours is said in the server's own words. */
export function useErrorWords(error: unknown): ErrorWords {
  const { t } = useTranslation()
  const problem = problemOf(error)
  const reason = useReasonWords(error)
  const language = currentLanguage()
  const { data: texts } = useQuery({
    queryKey: ['error texts', language],
    queryFn: () => loadErrorTexts(language),
    staleTime: Infinity,
    enabled: problem !== undefined,
  })
  if (problem === undefined)
    return error instanceof ConnectionError
      ? { title: t('errors.unreachable'), cause: t('errors.unreachableCause'), remedy: t('errors.unreachableRemedy') }
      : { title: t('errors.unexpected'), detail: error instanceof Error ? error.message : undefined }
  if (reason !== undefined) return { title: reason }
  const text = texts?.get(problem.code)
  // The detail is English and exact; beside words in another language it still names what and where.
  return { title: text?.title ?? problem.title, detail: problem.detail, cause: text?.cause, remedy: text?.remedy }
}

/** The words of all codes in one language, once somebody needs them. */
async function loadErrorTexts(language: Language): Promise<ReadonlyMap<string, ErrorText>> {
  return new Map(Object.entries(await importErrorTexts(language)))
}

async function importErrorTexts(language: Language): Promise<Readonly<Record<string, ErrorText>>> {
  switch (language) {
    case 'ko':
      return (await import('@rollcall/admin-api/error-texts/ko')).ko
    case 'ja':
      return (await import('@rollcall/admin-api/error-texts/ja')).ja
    case 'fr':
      return (await import('@rollcall/admin-api/error-texts/fr')).fr
    default:
      return (await import('@rollcall/admin-api/errors')).apiErrors
  }
}
