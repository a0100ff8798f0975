import { Button, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { OutboxNote } from '../mails/outbox-note.tsx'
import { TestMail } from '../mails/test-mail.tsx'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { Section } from '../ui/page.tsx'
import { useFieldProps, useSaveOrganization, WithOrganization, type Organization } from './organization.tsx'
import { SettingsFrame } from './settings-frame.tsx'
import styles from './settings.module.css'

const told = ['keys', 'certificates', 'webhooks', 'holds', 'apps', 'sources'] as const

/** Who is told when something needs a person. */
export function NotificationsPage() {
  const { t } = useTranslation('settings')
  const can = useCan()
  const organization = useOrganizationSlug()
  return (
    <SettingsFrame tab="notifications">
      <OutboxNote />
      <WithOrganization>{(found) => <AlertForm organization={found} />}</WithOrganization>
      {can('mail:read') && (
        <Section title={t('notifications.mail')}>
          <p className={styles.lead}>{t('notifications.mailText')}</p>
          <div className={styles.acts}>
            <Button renderRoot={(props) => <Link {...props} to="/$organization/mails" params={{ organization }} />}>
              {t('notifications.outbox')}
            </Button>
            {can('mail:send') && <TestMail />}
          </div>
        </Section>
      )}
    </SettingsFrame>
  )
}

function AlertForm({ organization }: { readonly organization: Organization }) {
  const { t } = useTranslation('settings')
  const field = useFieldProps()
  const { alertEmail: saved, ...others } = organization.settings
  const draft = useDraft({ alertEmail: saved ?? '' })
  const { save, update } = useSaveOrganization({ ...organization, settings: others })
  const { alertEmail } = draft.values
  const send = (): void => {
    const settings = alertEmail.trim() === '' ? {} : { alertEmail: alertEmail.trim() }
    save({ settings }, () => draft.discard())
  }
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={send}>
      <FormSection title={t('notifications.alerts')} lead={t('notifications.alertsText')}>
        <TextInput
          {...field}
          type="email"
          label={t('notifications.alertEmail')}
          description={t('notifications.alertEmailText')}
          value={alertEmail}
          error={fieldErrorsOf(update.error)['settings.alertEmail']}
          onChange={(event) => draft.set('alertEmail', event.currentTarget.value)}
        />
        <div>
          <p className={styles.quiet}>{t('notifications.told')}</p>
          <ul className={styles.list}>
            {told.map((name) => (
              <li key={name}>{t(`notifications.about.${name}`)}</li>
            ))}
          </ul>
        </div>
      </FormSection>
    </Form>
  )
}
