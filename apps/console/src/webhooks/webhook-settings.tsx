import { Button, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { showToast, tellOutcome } from '../ui/toast.ts'
import { DeleteWebhook } from './delete-webhook.tsx'
import { FormatField } from './format-field.tsx'
import { RotateSecret } from './rotate-secret.tsx'
import { TypesField } from './types-field.tsx'
import type { Webhook } from './webhook-state.tsx'
import styles from './webhooks.module.css'

/** Where to, of what, in which form; whether at all; its secret; its end. */
export function WebhookSettings({ webhook }: { readonly webhook: Webhook }) {
  const can = useCan()
  const isReadOnly = !can('webhooks:manage')
  return (
    <>
      <Fields webhook={webhook} isReadOnly={isReadOnly} />
      {!isReadOnly && (
        <div className={styles.rest}>
          <RotateSecret webhook={webhook} />
          {webhook.state === 'enabled' && <Disable webhook={webhook} />}
          <DeleteWebhook webhook={webhook} />
        </div>
      )}
    </>
  )
}

type Written = Pick<Webhook, 'name' | 'url' | 'format'> & { readonly types: readonly string[] }

function Fields({ webhook, isReadOnly }: { readonly webhook: Webhook; readonly isReadOnly: boolean }) {
  const { t } = useTranslation('webhooks')
  const { name, url, types, format } = webhook
  const update = useChange('updateWebhook', { stale: ['getWebhook', 'listWebhooks'] })
  const draft = useDraft<Written>({ name, url, types, format })
  const { values } = draft
  const save = (): void => {
    const changed = new Set<string>(draft.changed)
    const body = {
      ...(changed.has('name') && { name: values.name.trim() }),
      ...(changed.has('url') && { url: values.url.trim() }),
      ...(changed.has('types') && { types: [...values.types] }),
      ...(changed.has('format') && { format: values.format }),
    }
    update.mutate(
      { params: { webhook: webhook.id }, body, ifMatch: `"${webhook.version}"` },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('settings.saved') })
        },
      },
    )
  }
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
      <FormSection title={t('settings.endpoint')} lead={t('settings.endpointText')}>
        <TextInput
          label={t('column.name')}
          value={values.name}
          disabled={isReadOnly}
          onChange={(event) => draft.set('name', event.currentTarget.value)}
        />
        <TextInput
          type="url"
          label={t('field.url')}
          description={t('field.urlHelp')}
          value={values.url}
          disabled={isReadOnly}
          onChange={(event) => draft.set('url', event.currentTarget.value)}
        />
      </FormSection>
      <FormSection title={t('settings.messages')} lead={t('settings.messagesText')}>
        <TypesField types={values.types} isReadOnly={isReadOnly} onChange={(next) => draft.set('types', next)} />
        <FormatField format={values.format} isReadOnly={isReadOnly} onChange={(next) => draft.set('format', next)} />
      </FormSection>
    </Form>
  )
}

/** Done at once: it can be undone, and what is missed meanwhile can be replayed. */
function Disable({ webhook }: { readonly webhook: Webhook }) {
  const { t } = useTranslation('webhooks')
  const change = useChange('updateWebhook', { stale: ['getWebhook', 'listWebhooks', 'getOverview'] })
  const set = (state: Webhook['state']): Promise<unknown> =>
    change.mutateAsync({ params: { webhook: webhook.id }, body: { state } })
  const { name } = webhook
  const undo = { label: t('disable.undo'), run: () => tellOutcome(set('enabled'), () => t('disable.undone', { name })) }
  const disable = (): void => tellOutcome(set('disabled'), () => t('disable.done', { name }), undo)
  return (
    <FormSection title={t('disable.title')} lead={t('disable.text')}>
      <div>
        <Button loading={change.isPending} onClick={disable}>
          {t('disable.action')}
        </Button>
      </div>
    </FormSection>
  )
}
