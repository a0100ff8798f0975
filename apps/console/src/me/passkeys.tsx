import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { LabelledTime } from '../ui/labelled-time.tsx'
import styles from './me.module.css'
import { AddPasskeyDialog, RenamePasskeyDialog } from './passkey-dialogs.tsx'

type Passkey = RouteAnswer<'getOwnFactors'>['passkeys'][number]
type Act = { readonly name: 'rename' | 'remove'; readonly passkey: Passkey }

type PasskeysProps = {
  readonly passkeys: readonly Passkey[]
  /** False: browsers make none for the address of this server. */
  readonly isPossible: boolean
}

export function Passkeys({ passkeys, isPossible }: PasskeysProps) {
  const { t } = useTranslation('me')
  const [isAdding, setAdding] = useState(false)
  const [act, setAct] = useState<Act>()
  const close = (): void => setAct(undefined)
  return (
    <Section
      title={t('passkeys.title')}
      actions={
        isPossible && (
          <Button leftSection={<icons.plus />} onClick={() => setAdding(true)}>
            {t('passkeys.add')}
          </Button>
        )
      }
    >
      <p className={styles.note}>{t(isPossible ? 'passkeys.text' : 'passkeys.impossible')}</p>
      {passkeys.length === 0 ? (
        isPossible && (
          <div className={styles.empty}>
            <p className={styles.name}>{t('passkeys.none')}</p>
            <p>{t('passkeys.noneText')}</p>
          </div>
        )
      ) : (
        <ul className={styles.rows} aria-label={t('passkeys.title')}>
          {passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} onAct={setAct} />
          ))}
        </ul>
      )}
      {isAdding && <AddPasskeyDialog onClose={() => setAdding(false)} />}
      {act?.name === 'rename' && <RenamePasskeyDialog passkey={act.passkey} onClose={close} />}
      {act?.name === 'remove' && <RemoveDialog passkey={act.passkey} onClose={close} />}
    </Section>
  )
}

function PasskeyRow({ passkey, onAct }: { readonly passkey: Passkey; onAct(act: Act): void }) {
  const { t } = useTranslation('me')
  const { name, host, usable, backedUp, createdAt, lastUsedAt } = passkey
  return (
    <li className={styles.row}>
      <div className={styles.about}>
        <p className={styles.name}>
          {name}
          {backedUp && <StateChip tone="info">{t('passkeys.backedUp')}</StateChip>}
          {!usable && <StateChip tone="warn">{t('passkeys.stranded', { host })}</StateChip>}
        </p>
        <p className={styles.facts}>
          <LabelledTime label={t('passkeys.made')} at={createdAt} />
          {lastUsedAt === null ? t('passkeys.unused') : <LabelledTime label={t('passkeys.used')} at={lastUsedAt} />}
        </p>
      </div>
      <div className={styles.acts}>
        <Button
          size="compact-xs"
          aria-label={t('passkeys.renameOne', { name })}
          onClick={() => onAct({ name: 'rename', passkey })}
        >
          {t('passkeys.rename')}
        </Button>
        <Button
          size="compact-xs"
          data-danger
          aria-label={t('passkeys.removeOne', { name })}
          onClick={() => onAct({ name: 'remove', passkey })}
        >
          {t('remove')}
        </Button>
      </div>
    </li>
  )
}

function RemoveDialog({ passkey, onClose }: { readonly passkey: Passkey; onClose(): void }) {
  const { t } = useTranslation('me')
  const remove = useChange('removeOwnPasskey', { stale: ['getOwnFactors'] })
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('passkeys.removeTitle', { name: passkey.name })}
      action={t('remove')}
      tier="affects"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { passkey: passkey.id } }, { onSuccess: onClose })}
    >
      {t('passkeys.removeText')}
    </ConfirmDialog>
  )
}
