import { Button, Select } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { FormSection } from '../ui/form.tsx'
import { CredentialFields, isWhole, noCredentials, toCredentials, type CredentialKind } from './credential-fields.tsx'
import { TestDialog } from './test-dialog.tsx'
import styles from './apps.module.css'

type App = RouteAnswer<'getApp'>
const kinds = ['bearer', 'basic', 'oauth'] as const

/** New credentials in the place of the old, which nobody can look at; they are tried as soon as they are stored. */
export function CredentialsSection({ app }: { readonly app: App }) {
  const { t } = useTranslation('apps')
  const [kind, setKind] = useState<CredentialKind>(
    app.credentials?.kind ?? (app.target.kind === 'ldap' ? 'ldap' : 'bearer'),
  )
  const [written, write] = useState(noCredentials)
  const [isTesting, test] = useState(false)
  const update = useChange('updateApp', { stale: ['getApp'] })
  const isReady = isWhole(kind, written)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!isReady) return
    update.mutate(
      { params: { app: app.id }, body: { credentials: toCredentials(kind, written) } },
      {
        onSuccess: () => {
          write(noCredentials)
          test(true)
        },
      },
    )
  }
  return (
    <FormSection title={t('facts.credentials')} lead={t('settings.credentialsText')}>
      <form className={styles.dialog} onSubmit={submit} autoComplete="off">
        {app.target.kind === 'scim' && (
          <Select
            allowDeselect={false}
            label={t('settings.kind')}
            data={kinds.map((value) => ({ value, label: t(`credentials.${value}`) }))}
            value={kind}
            onChange={(value) => setKind(kinds.find((each) => each === value) ?? 'bearer')}
          />
        )}
        <CredentialFields kind={kind} written={written} onWrite={write} />
        {update.error !== null && <ErrorBlock error={update.error} />}
        <div>
          <Button type="submit" disabled={!isReady} loading={update.isPending}>
            {t('settings.replace')}
          </Button>
        </div>
      </form>
      <TestDialog app={app} isOpen={isTesting} onClose={() => test(false)} />
    </FormSection>
  )
}
