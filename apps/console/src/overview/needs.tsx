import { Button } from '@mantine/core'
import { Link, type LinkProps } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { linkOfId } from '../shell/id-links.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Section } from '../ui/page.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import { DismissDialog, type Need } from './dismiss-dialog.tsx'
import styles from './overview.module.css'

const tones: { readonly [severity in Need['severity']]: Tone } = { critical: 'bad', warning: 'warn', info: 'info' }
const shownMax = 8

/** What waits for whoever looks, the worst first; one sentence and one way on for each. */
export function Needs({ needs }: { readonly needs: readonly Need[] }) {
  const { t } = useTranslation('overview')
  const formats = useFormats()
  const [isWhole, setWhole] = useState(false)
  const [asked, setAsked] = useState<Need>()
  const words = useNeedWords()
  const shown = isWhole ? needs : needs.slice(0, shownMax)
  return (
    <Section title={t('needs.title')}>
      {needs.length === 0 ? (
        <EmptyState icon="good" title={t('needs.none')}>
          {t('needs.noneText')}
        </EmptyState>
      ) : (
        <ul className={styles.needs}>
          {shown.map((need) => (
            <NeedLine
              key={`${need.code} ${need.subject?.id ?? ''}`}
              need={need}
              words={words(need)}
              onDismiss={() => setAsked(need)}
            />
          ))}
        </ul>
      )}
      {shown.length < needs.length && (
        <Button variant="subtle" onClick={() => setWhole(true)}>
          {t('needs.all', { number: formats.number(needs.length) })}
        </Button>
      )}
      <DismissDialog need={asked} words={asked === undefined ? '' : words(asked)} onClose={() => setAsked(undefined)} />
    </Section>
  )
}

type NeedLineProps = { readonly need: Need; readonly words: string; onDismiss(): void }

function NeedLine({ need, words, onDismiss }: NeedLineProps) {
  const { t } = useTranslation('overview')
  const can = useCan()
  const link = linkOfNeed(useOrganizationSlug(), need)
  return (
    <li className={styles.need}>
      <StateChip tone={tones[need.severity]}>{t(`severity.${need.severity}`)}</StateChip>
      <div className={styles.needWords}>
        <p>{words}</p>
        <NeedFacts need={need} />
      </div>
      <div className={styles.needActs}>
        {can('settings:manage') && (
          <Button variant="subtle" aria-label={t('dismiss.actOn', { words })} onClick={onDismiss}>
            {t('dismiss.act')}
          </Button>
        )}
        {link !== undefined && (
          <Link {...link} className={styles.open} aria-label={t('needs.openOf', { words })}>
            {t('needs.open')}
          </Link>
        )}
      </div>
    </li>
  )
}

/** Since when, until when, and the reason as the log names it. */
function NeedFacts({ need: { since, parameters } }: { readonly need: Need }) {
  const { t } = useTranslation('overview')
  const { expiresAt, reason } = parameters
  const end = typeof expiresAt === 'string' ? expiresAt : undefined
  if (since === null && end === undefined && typeof reason !== 'string') return null
  return (
    <p className={styles.facts}>
      {since !== null && <TimeInWords text={t('needs.since')} at={since} />}
      {end !== undefined && <TimeInWords text={t('needs.expires')} at={end} />}
      {typeof reason === 'string' && <code>{reason}</code>}
    </p>
  )
}

function useNeedWords(): (need: Need) => string {
  const { t } = useTranslation('overview')
  const formats = useFormats()
  return ({ code, subject, count }) =>
    t(`need.${code}`, { name: subject?.name ?? subject?.id ?? '', count, number: formats.number(count) })
}

/** The page where it can be set right: of what it is about, else of the app, source or connection that has it. */
function linkOfNeed(organization: string, { code, subject, parameters }: Need): LinkProps | undefined {
  if (code === 'invitationsPending')
    return { to: '/$organization/users', params: { organization }, search: { tab: 'invitations' } }
  const { appId, sourceId, connectionId } = parameters
  return [subject?.id, appId, sourceId, connectionId]
    .filter((id) => typeof id === 'string')
    .map((id) => linkOfId(organization, id))
    .find((link) => link !== undefined)
}
