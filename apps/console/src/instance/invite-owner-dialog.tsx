import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

type InviteOwnerDialogProps = {
  /** Of which organization; undefined: none is asked about. */
  readonly slug: string | undefined
  onClose(): void
  onMade(url: string): void
}

/** For an organization that nobody can sign in to, or whose owners are gone. */
export function InviteOwnerDialog({ slug, onClose, onMade }: InviteOwnerDialogProps) {
  const { t } = useTranslation('instance')
  const [email, setEmail] = useState('')
  const invite = useChange('inviteOwner', { stale: ['listInstanceOrganizations'] })
  const close = (): void => {
    setEmail('')
    invite.reset()
    onClose()
  }
  const submit = (): void =>
    invite.mutate(
      { params: { organization: slug }, body: { email: email.trim() } },
      {
        onSuccess: ({ url }) => {
          close()
          onMade(url)
        },
      },
    )
  return (
    <FormDialog
      isOpen={slug !== undefined}
      onClose={close}
      title={t('owner.title', { slug: slug ?? '' })}
      action={t('owner.invite')}
      isReady={email.trim() !== ''}
      change={invite}
      onSubmit={submit}
    >
      <p>{t('owner.text')}</p>
      <TextInput
        data-autofocus
        type="email"
        label={t('owner.email')}
        value={email}
        autoComplete="off"
        error={fieldErrorsOf(invite.error)['email']}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
