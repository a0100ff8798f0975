import { SegmentedControl, Select, TextInput } from '@mantine/core'
import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { KindFields } from './kind-fields.tsx'
import styles from './log-streams.module.css'
import { SecretField } from './secret-field.tsx'
import { isWhole, kindNames, secretOf, toSettings, toWritten, type StreamKind, type Written } from './stream-kinds.ts'
import { WhatFields, type What } from './what-fields.tsx'

type Made = RouteAnswer<'createAuditStream'>
const starts = ['now', 'beginning'] as const

/** A place for the log: of which kind, where, what of it, since when. */
export function NewStreamDialog({ onClose, onMade }: { onClose(): void; onMade(made: Made): void }) {
  const { t } = useTranslation('logStreams')
  const [kind, setKind] = useState<StreamKind>('http')
  const [name, setName] = useState('')
  const [written, setWritten] = useState<Written>(toWritten('http', {}))
  const [secret, setSecret] = useState('')
  const [what, setWhat] = useState<What>({ format: 'rollcall', query: '' })
  const [from, setFrom] = useState<(typeof starts)[number]>('now')
  const create = useChange('createAuditStream', { stale: ['listAuditStreams'] })
  const isReady = name.trim() !== '' && isWhole(kind, written) && (secretOf[kind] !== 'needed' || secret !== '')
  const choose = (value: string | null): void => {
    const chosen = kindNames.find((each) => each === value) ?? kind
    setKind(chosen)
    setWritten(toWritten(chosen, {}))
    setSecret('')
  }
  const submit = (): void =>
    create.mutate({ body: toBody({ kind, name, written, secret, what, from }) }, { onSuccess: onMade })
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('new.action')}
      size="lg"
      action={t('new.make')}
      isReady={isReady}
      change={create}
      onSubmit={submit}
    >
      <Select
        data-autofocus
        label={t('column.kind')}
        description={t(`kindHelp.${kind}`)}
        allowDeselect={false}
        data={kindNames.map((value) => ({ value, label: t(`kind.${value}`) }))}
        value={kind}
        onChange={choose}
      />
      <TextInput
        required
        label={t('column.name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <KindFields kind={kind} written={written} onChange={setWritten} />
      <SecretField kind={kind} secret={secret} onChange={setSecret} />
      <WhatFields what={what} onChange={setWhat} />
      <div className={styles.from} role="group" aria-label={t('from.label')}>
        <span>{t('from.label')}</span>
        <SegmentedControl
          data={starts.map((value) => ({ value, label: t(`from.${value}`) }))}
          value={from}
          onChange={(value) => setFrom(starts.find((each) => each === value) ?? 'now')}
        />
      </div>
    </FormDialog>
  )
}

type Draft = {
  readonly kind: StreamKind
  readonly name: string
  readonly written: Written
  readonly secret: string
  readonly what: What
  readonly from: (typeof starts)[number]
}

function toBody({ kind, name, written, secret, what, from }: Draft): RouteBody<'createAuditStream'> {
  const query = what.query.trim()
  // Fields and kind belong together; the server checks each of them.
  return {
    kind,
    settings: toSettings(kind, written),
    name: name.trim(),
    format: what.format,
    from,
    ...(query !== '' && { query }),
    ...(secret !== '' && { secret }),
  } as unknown as RouteBody<'createAuditStream'>
}
