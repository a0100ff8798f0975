import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages, useRoute, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ObjectLink } from '../app-people/object-link.tsx'
import { useFormats } from '../i18n/format.ts'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { HoldActs } from './hold-acts.tsx'
import styles from './quarantine.module.css'

/** Whom a hold is about, by name, and the decision. */
export function HoldPanel({ id, onClose }: { readonly id: string | undefined; onClose(): void }) {
  const { t } = useTranslation('quarantine')
  const {
    data: hold,
    error,
    refetch,
  } = useRoute('getAppHold', { params: { gateHold: id ?? '' } }, { enabled: id !== undefined })
  return (
    <SidePanel
      title={hold === undefined ? t('hold') : t(`class.${hold.class}`)}
      isOpen={id !== undefined}
      onClose={onClose}
    >
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {hold === undefined && error === null && <Skeletons />}
      {hold !== undefined && <HoldBody key={hold.id} hold={hold} />}
    </SidePanel>
  )
}

function HoldBody({ hold }: { readonly hold: RouteAnswer<'getAppHold'> }) {
  const { t } = useTranslation('quarantine')
  const formats = useFormats()
  const can = useCan()
  const [picked, pick] = useState<ReadonlySet<string>>(new Set())
  const pages = usePages('listAppHoldItems', { params: { gateHold: hold.id }, query: { state: 'held' } })
  const isOpen = hold.state === 'open' && can('holds:decide')
  return (
    <div className={styles.panel}>
      <p>
        {t('holdText', {
          count: hold.heldCount,
          number: formats.number(hold.heldCount),
          allowance: formats.number(hold.allowance),
        })}
      </p>
      <ul className={styles.causes}>
        {hold.causes.map(({ cause, count }) => (
          <li key={cause}>
            <span>{cause === '' ? t('unknownCause') : cause}</span>
            <span>{formats.number(count)}</span>
          </li>
        ))}
      </ul>
      {isOpen && <HoldActs hold={hold} picked={picked} onDone={() => pick(new Set())} />}
      <div className={styles.items}>
        <DataTable
          name="app-hold-items"
          label={t('items')}
          pages={pages}
          idOf={(item) => item.id}
          {...(isOpen && { selection: { ids: picked, change: pick } })}
          columns={[
            {
              id: 'name',
              header: t('column.name'),
              width: 'minmax(140px, 1fr)',
              cell: nameCell,
              text: ({ name, id }) => name ?? id,
            },
            {
              id: 'cause',
              header: t('column.cause'),
              width: 'minmax(160px, 1.2fr)',
              cell: ({ cause }) => (cause === '' ? t('unknownCause') : cause),
              text: ({ cause }) => cause,
            },
          ]}
          empty={<EmptyState icon="good" title={t('empty.items')} />}
        />
      </div>
    </div>
  )
}

function nameCell({ kind, name, id }: EntryOf<'listAppHoldItems'>) {
  return <ObjectLink kind={kind} id={id} name={name ?? id} />
}
