import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { serverUrl } from '../api/place.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { CopyBox } from '../ui/copy.tsx'
import { icons } from '../ui/icons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import type { Source } from '../sources/states.tsx'
import { UploadDialog } from '../sources/upload-dialog.tsx'
import { SourceTestPanel } from './source-test.tsx'
import { useSourceTest } from './use-source-test.ts'
import styles from './setup.module.css'

const firstSteps: ReadonlyMap<Source['place']['kind'], 'file' | 'send'> = new Map([
  ['file', 'file'],
  ['upload', 'send'],
])

/** What is still to be done before people come in: connect, map, plan, schedule. */
export function SetupSteps({ source }: { readonly source: Source }) {
  const { t } = useTranslation('sourceSetup')
  const can = useCan()
  const { kind } = source.place
  const isRead = kind !== 'upload'
  const { data: test } = useSourceTest(source.id, { enabled: isRead })
  const hasRules = source.draftRevision !== null || source.liveRevision !== null
  const canManage = can('sources:manage')
  // Before the first file there is nothing that could work.
  const isMissing = kind === 'file' && test?.reason === 'notFound'
  return (
    <ol className={styles.setup}>
      <Step number={1} title={t(`setup.${firstSteps.get(kind) ?? 'connect'}`)} isDone={test?.isWorking}>
        {kind === 'file' && <FileStep source={source} isDone={test?.isWorking === true} />}
        {kind === 'upload' && <SendStep source={source} />}
        {can('sources:run') && isRead && !isMissing && <SourceTestPanel sourceId={source.id} />}
      </Step>
      <Step number={2} title={t('setup.map')} isDone={hasRules}>
        <p className={styles.quiet}>{t('setup.mapText')}</p>
        {canManage && (
          <TabLink
            source={source}
            tab="mapping"
            isFilled={!hasRules}
            label={t(hasRules ? 'setup.mapAgain' : 'setup.mapNow')}
          />
        )}
      </Step>
      <Step number={3} title={t('setup.plan')} isDone={false}>
        <p className={styles.quiet}>{t('setup.planText')}</p>
        {hasRules && canManage && source.liveRevision === null && (
          <TabLink source={source} tab="mapping" isFilled label={t('setup.publish')} />
        )}
      </Step>
      {kind !== 'file' && kind !== 'upload' && (
        <Step number={4} title={t('setup.schedule')} isDone={source.settings.schedule.kind !== 'none'}>
          <p className={styles.quiet}>{t('setup.scheduleText')}</p>
          {canManage && <TabLink source={source} tab="schedule" label={t('setup.scheduleNow')} />}
        </Step>
      )}
    </ol>
  )
}

type StepProps = {
  readonly number: number
  readonly title: string
  readonly isDone: boolean | undefined
  readonly children: ReactNode
}

function Step({ number, title, isDone = false, children }: StepProps) {
  const { t } = useTranslation('sourceSetup')
  return (
    <li className={styles.step} data-done={isDone || undefined}>
      <span className={styles.number} aria-hidden>
        {isDone ? <icons.check size={16} /> : number}
      </span>
      <div className={styles.body}>
        <h2>
          {title} {isDone && <StateChip tone="good">{t('setup.done')}</StateChip>}
        </h2>
        {children}
      </div>
    </li>
  )
}

type TabLinkProps = {
  readonly source: Source
  readonly tab: 'mapping' | 'schedule'
  readonly label: string
  readonly isFilled?: boolean
}

function TabLink({ source, tab, label, isFilled = false }: TabLinkProps) {
  const organization = useOrganizationSlug()
  return (
    <div>
      <Button
        variant={isFilled ? 'filled' : 'default'}
        renderRoot={(props) => (
          <Link
            {...props}
            to="/$organization/sources/$source"
            params={{ organization, source: source.id }}
            search={{ tab }}
          />
        )}
      >
        {label}
      </Button>
    </div>
  )
}

function FileStep({ source, isDone }: { readonly source: Source; readonly isDone: boolean }) {
  const { t } = useTranslation('sourceSetup')
  const can = useCan()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <p className={styles.quiet}>{t('setup.fileText')}</p>
      {can('sources:run') && source.liveRevision === null && (
        <div>
          <Button
            variant={isDone ? 'default' : 'filled'}
            leftSection={<icons.upload size={14} />}
            onClick={() => setOpen(true)}
          >
            {t('setup.upload')}
          </Button>
          <UploadDialog source={source} isOpen={isOpen} onClose={() => setOpen(false)} />
        </div>
      )}
    </>
  )
}

/** Clients send their records themselves: the address, and a key that may. */
function SendStep({ source }: { readonly source: Source }) {
  const { t } = useTranslation('sourceSetup')
  const organization = useOrganizationSlug()
  const base = `${serverUrl}/api/v1/organizations/${organization}/sources/${source.id}`
  return (
    <>
      <p className={styles.quiet}>{t('setup.sendText')}</p>
      <CopyBox value={`${base}/records`} />
      <p className={styles.quiet}>{t('setup.sendEntra')}</p>
      <CopyBox value={`${base}/bulk-upload`} />
      <div>
        <Button
          renderRoot={(props) => <Link {...props} to="/$organization/service-accounts" params={{ organization }} />}
        >
          {t('setup.sendKey')}
        </Button>
      </div>
    </>
  )
}
