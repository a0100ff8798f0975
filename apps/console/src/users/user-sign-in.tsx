import { Button, Modal } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { CopyBox } from '../ui/copy.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { LabelledTime } from '../ui/labelled-time.tsx'
import { Section } from '../ui/page.tsx'
import { ResetFactorsDialog } from './reset-factors-dialog.tsx'
import { UserPlaces } from './user-places.tsx'
import styles from './users.module.css'

type Person = RouteAnswer<'getPerson'>

/** How somebody signs in, and the help for whoever cannot any more. */
export function UserSignIn({ person }: { readonly person: Person }) {
  const can = useCan()
  const isHere = person.state === 'active' || person.state === 'pending'
  return (
    <>
      <UserPlaces tab="signIn" person={person.id} />
      {isHere && (can('people:manage') || can('sign-in:manage')) && <Help person={person} />}
    </>
  )
}

function Help({ person }: { readonly person: Person }) {
  const { t } = useTranslation('users')
  const can = useCan()
  const [isResetting, setResetting] = useState(false)
  const link = useChange('createPasswordLink', { stale: [] })
  return (
    <Section title={t('help.title')}>
      <p className={styles.note}>{t('help.text')}</p>
      <div className={styles.acts}>
        {can('people:manage') && <Button onClick={() => setResetting(true)}>{t('help.reset')}</Button>}
        {can('sign-in:manage') && (
          <Button loading={link.isPending} onClick={() => link.mutate({ params: { person: person.id } })}>
            {t('help.link')}
          </Button>
        )}
      </div>
      {link.error !== null && <ErrorBlock error={link.error} />}
      {isResetting && <ResetFactorsDialog person={person} onClose={() => setResetting(false)} />}
      <LinkDialog link={link.data} onClose={link.reset} />
    </Section>
  )
}

type LinkDialogProps = { readonly link: RouteAnswer<'createPasswordLink'> | undefined; onClose(): void }

function LinkDialog({ link, onClose }: LinkDialogProps) {
  const { t } = useTranslation('users')
  const { t: common } = useTranslation()
  return (
    <Modal
      opened={link !== undefined}
      onClose={onClose}
      title={t('help.link')}
      size="lg"
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <div className={styles.panel}>
        <p className={styles.note}>{t('help.linkText')}</p>
        <CopyBox value={link?.url ?? ''} />
        <LabelledTime label={t('column.expires')} at={link?.expiresAt ?? null} />
      </div>
    </Modal>
  )
}
