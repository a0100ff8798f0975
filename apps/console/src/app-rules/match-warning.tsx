import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { useSettled } from '../ui/use-settled.ts'
import type { AppView } from './rules-page.tsx'
import { isSame, isWritten } from './rules.ts'
import { usePosted } from './use-posted.ts'
import type { RulesDraft } from './use-rules-draft.ts'
import styles from './rules.module.css'

const pauseMs = 500

/** Matching by something else may find nobody, and make second accounts: says for how many. */
export function MatchWarning({ app, draft }: { readonly app: AppView; readonly draft: RulesDraft }) {
  const { t } = useTranslation('rules')
  const { number } = useFormats()
  const can = useCan()
  const rules = useSettled(draft.rules, pauseMs)
  const isChanged = !isSame(draft.saved.users.matching, draft.rules.users.matching)
  const { data } = usePosted(
    'countAppRules',
    app.id,
    { rules },
    // A rule that is only half written is refused, and says nothing of anybody.
    { enabled: isChanged && isWritten(rules) && app.liveRevision !== null && can('apps:run') },
  )
  const count = data?.users.unmatched ?? 0
  if (!isChanged || count === 0) return null
  return (
    <div className={styles.warning} role="status">
      <icons.warning />
      <span>{t('matchWarning', { count, number: number(count) })}</span>
    </div>
  )
}
