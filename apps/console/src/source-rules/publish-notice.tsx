import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { staleReads, type Source } from '../sources/states.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { icons } from '../ui/icons.tsx'
import { showToast } from '../ui/toast.ts'
import { RuleChanges } from './history-part.tsx'
import styles from './source-rules.module.css'

type PublishNoticeProps = { readonly source: Source; readonly isDirty: boolean }

/** Says that what is shown is not what people are mapped by, and publishes it: what it does is planned first. */
export function PublishNotice({ source, isDirty }: PublishNoticeProps) {
  const { t } = useTranslation('sourceRules')
  const can = useCan()
  const [isAsked, ask] = useState(false)
  const publish = usePublish(source, () => ask(false))
  const isAtOnce = source.settings.approval === 'never'
  const { draftRevision: draft, liveRevision: live } = source
  if (draft === null || isDirty) return null
  return (
    <div className={styles.notice}>
      <icons.info />
      <span className={styles.grow}>
        {live === null ? t('publish.first', { revision: draft }) : t('publish.waits', { revision: draft, live })}
      </span>
      {can('sources:manage') && (
        <Button size="xs" variant="filled" onClick={() => ask(true)}>
          {t('publish.action')}
        </Button>
      )}
      <ConfirmDialog
        isOpen={isAsked}
        onClose={() => ask(false)}
        title={t('publish.title', { revision: draft })}
        action={t('publish.action')}
        tier="affects"
        isPending={publish.isPending}
        error={publish.error}
        onConfirm={() => publish.run(draft)}
      >
        <p>{isAtOnce ? t('publish.textNever') : t('publish.text')}</p>
        {isAsked && live !== null && <RuleChanges source={source} from={String(live)} to={String(draft)} />}
      </ConfirmDialog>
    </div>
  )
}

/** Publishes, then reads: a read under other rules makes a plan. Who sends records himself, or has sent no file, waits for those. */
function usePublish(source: Source, onDone: () => void) {
  const { t } = useTranslation('sourceRules')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const can = useCan()
  const publish = useChange('publishSourceRules', {
    stale: ['getSource', 'listSources', 'listSourceRevisions', 'compareSourceRules', 'getAttributes'],
  })
  const start = useChange('startSourceRead', { stale: staleReads })
  const params = { source: source.id }
  const proceed = async (revision: number): Promise<void> => {
    await publish.mutateAsync({ params, body: { revision } })
    showToast({ tone: 'good', text: t('publish.done', { revision }) })
    onDone()
    if (source.place.kind === 'upload' || !can('sources:run')) return
    const read = await start.mutateAsync({ params, body: {} })
    await navigate({ to: '/$organization/source-reads/$read', params: { organization, read: read.id } })
  }
  return {
    isPending: publish.isPending || start.isPending,
    error: publish.error,
    run: (revision: number): void =>
      void proceed(revision).catch((error: unknown) => {
        // What is wrong with publishing stands in the dialog.
        if (!publish.isError) showToast({ tone: 'bad', text: error instanceof Error ? error.message : String(error) })
      }),
  }
}
