import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { CodeBlock, toLines } from '../ui/code-block.tsx'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { AttemptHead, DeliveryState, type Delivery } from './attempt.tsx'
import type { Webhook } from './webhook-state.tsx'
import styles from './webhooks.module.css'

const refreshMs = 2_000

type DeliveryPanelProps = { readonly webhook: Webhook; readonly id: string | undefined; onClose(): void }

/** One message beside the list: what was sent, each attempt and its answer. */
export function DeliveryPanel({ webhook, id, onClose }: DeliveryPanelProps) {
  const { t } = useTranslation('webhooks')
  const params = { webhook: webhook.id, delivery: id ?? '' }
  const options = { enabled: id !== undefined, refetchInterval: refreshMs }
  const { data: delivery, error, refetch } = useRoute('getDelivery', { params }, options)
  return (
    <SidePanel title={delivery?.type ?? t('delivery.title')} isOpen={id !== undefined} onClose={onClose}>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {delivery === undefined && error === null && <Skeletons />}
      {delivery !== undefined && (
        <div className={styles.panel}>
          <Facts delivery={delivery} />
          <ResendButton webhook={webhook} delivery={delivery} />
          <Attempts delivery={delivery} />
          <Request webhook={webhook} delivery={delivery} />
        </div>
      )}
    </SidePanel>
  )
}

function Facts({ delivery }: { readonly delivery: Delivery }) {
  const { t } = useTranslation('webhooks')
  return (
    <DefinitionList
      items={[
        { term: t('column.state'), value: <DeliveryState of={delivery} /> },
        { term: t('column.at'), value: <Time at={delivery.createdAt} isAbsolute /> },
        ...(delivery.nextAttemptAt === null
          ? []
          : [{ term: t('column.next'), value: <Time at={delivery.nextAttemptAt} isAbsolute /> }]),
        { term: t('column.event'), value: <CopyBox value={delivery.eventId} /> },
        { term: t('delivery.id'), value: <CopyBox value={delivery.id} /> },
      ]}
    />
  )
}

function ResendButton({ webhook, delivery }: { readonly webhook: Webhook; readonly delivery: Delivery }) {
  const { t } = useTranslation('webhooks')
  const can = useCan()
  const resend = useChange('resendDelivery', { stale: ['listDeliveries', 'getDelivery'] })
  if (!can('webhooks:manage') || webhook.state === 'disabled') return null
  return (
    <>
      <div className={styles.acts}>
        <Button
          leftSection={<icons.retry />}
          loading={resend.isPending}
          onClick={() => resend.mutate({ params: { webhook: webhook.id, delivery: delivery.id } })}
        >
          {t('act.resend')}
        </Button>
      </div>
      {resend.error !== null && <ErrorBlock error={resend.error} />}
    </>
  )
}

function Attempts({ delivery: { attempts } }: { readonly delivery: Delivery }) {
  const { t } = useTranslation('webhooks')
  return (
    <section className={styles.part}>
      <h3>{t('column.attempts')}</h3>
      {attempts.length === 0 && <p className={styles.quiet}>{t('delivery.noAttempts')}</p>}
      <ol className={styles.attempts}>
        {attempts.toReversed().map((attempt, index) => (
          <li key={attempts.length - index} className={styles.attempt}>
            <AttemptHead attempt={attempt} />
            {attempt.error !== null && <p lang="en">{attempt.error}</p>}
            {attempt.response !== null && <CodeBlock label={t('delivery.response')} text={toLines(attempt.response)} />}
          </li>
        ))}
      </ol>
    </section>
  )
}

/** What is sent, for whoever may read events. */
function Request({ webhook, delivery }: { readonly webhook: Webhook; readonly delivery: Delivery }) {
  const { t } = useTranslation('webhooks')
  const can = useCan()
  const params = { webhook: webhook.id, delivery: delivery.id }
  const { data, error } = useRoute('getDeliveryRequest', { params }, { enabled: can('events:read') })
  if (!can('events:read')) return null
  const headers = Object.entries(data?.headers ?? {}).map(([name, value]) => `${name}: ${value}`)
  return (
    <section className={styles.part}>
      <h3>{t('delivery.request')}</h3>
      {error !== null && <ErrorBlock error={error} />}
      {data === undefined && error === null && <Skeletons />}
      {data !== undefined && (
        <>
          <CodeBlock label={t('delivery.headers')} text={[`${data.method} ${data.url}`, ...headers].join('\n')} />
          <CodeBlock label={t('delivery.body')} text={toLines(data.body)} />
        </>
      )}
    </section>
  )
}
