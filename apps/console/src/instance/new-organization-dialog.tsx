import { TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

const empty = { name: '', slug: '', email: '' }

type NewOrganizationDialogProps = { readonly isOpen: boolean; onClose(): void; onMade(url: string): void }

/** An organization and the person who owns it: without one nobody could sign in. */
export function NewOrganizationDialog({ isOpen, onClose, onMade }: NewOrganizationDialogProps) {
  const { t } = useTranslation('instance')
  const [values, setValues] = useState(empty)
  const create = useChange('createOrganization', { stale: ['listInstanceOrganizations'] })
  const invite = useChange('inviteOwner', { stale: ['listInstanceOrganizations'] })
  const slug = values.slug === '' ? toSlug(values.name) : values.slug.trim()
  const make = useMutation({
    mutationFn: async () => {
      // It is there already when only the invitation was refused before.
      if (create.data?.slug !== slug) await create.mutateAsync({ body: { slug, name: values.name.trim() } })
      return invite.mutateAsync({ params: { organization: slug }, body: { email: values.email.trim() } })
    },
  })
  const close = (): void => {
    setValues(empty)
    for (const each of [create, invite, make]) each.reset()
    onClose()
  }
  const submit = (): void =>
    make.mutate(undefined, {
      onSuccess: ({ url }) => {
        close()
        onMade(url)
      },
    })
  const set = (name: keyof typeof empty) => (event: { readonly currentTarget: { readonly value: string } }) => {
    const { value } = event.currentTarget
    setValues((before) => ({ ...before, [name]: value }))
  }
  const errors = fieldErrorsOf(make.error)
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title={t('organizations.newTitle')}
      action={t('organizations.make')}
      isReady={slug !== '' && values.name.trim() !== '' && values.email.trim() !== ''}
      change={make}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        label={t('column.name')}
        value={values.name}
        error={errors['name']}
        onChange={set('name')}
      />
      <TextInput
        label={t('column.slug')}
        description={t('organizations.slugText')}
        placeholder={slug}
        value={values.slug}
        spellCheck={false}
        autoCapitalize="none"
        error={errors['slug']}
        onChange={set('slug')}
      />
      <TextInput
        type="email"
        label={t('owner.email')}
        description={t('organizations.ownerText')}
        value={values.email}
        autoComplete="off"
        error={errors['email']}
        onChange={set('email')}
      />
    </FormDialog>
  )
}

const slugCharactersMax = 63

/** What a name could be in addresses: Acme Société is `acme-societe`; empty where nothing of it is left. */
function toSlug(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, slugCharactersMax)
    .replaceAll(/^-+|-+$/g, '')
}
