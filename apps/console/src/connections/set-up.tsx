import { Button, Select } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import {
  findArrival,
  getScimGuide,
  parseGuideText,
  type GuideField,
  type GuideProvider,
  type GuideStep,
  type ScimGuide,
} from '@rollcall/admin-api/provider-guides'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { currentLanguage } from '../i18n/language.ts'
import { RequestStatus } from '../requests/request-status.tsx'
import { CopyBox } from '../ui/copy.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import styles from './connections.module.css'
import { NewTokenDialog } from './new-token-dialog.tsx'
import { providers } from './tabs.ts'
import { TokenSecret } from './token-secret.tsx'

type Connection = RouteAnswer<'getConnection'>
const route = getRouteApi('/$organization/connections/$connection')

type SetUpProps = { readonly connection: Connection; onOpen(request: string): void }

/** What to do at the provider, field by field, and what came of it so far. */
export function SetUp({ connection, onOpen }: SetUpProps) {
  const { t } = useTranslation('connections')
  const { provider = providerOf(connection) } = route.useSearch()
  const navigate = route.useNavigate()
  const guide = getScimGuide(provider)
  const choose = (value: string | null): void =>
    void navigate({
      search: (before) => ({ ...before, provider: providers.find((each) => each === value) ?? 'generic' }),
      replace: true,
    })
  return (
    <div className={styles.setUp}>
      <Section
        title={t('setUp.title')}
        actions={
          <Select
            aria-label={t('new.provider')}
            allowDeselect={false}
            data={providers.map((value) => ({
              value,
              label: value === 'generic' ? t('new.generic') : getScimGuide(value).product,
            }))}
            value={provider}
            onChange={choose}
          />
        }
      >
        <p className={styles.lead}>
          <GuideText text={guide.intro[currentLanguage()]} scimUrl={connection.scimUrl ?? ''} />
        </p>
        <TokenStep connection={connection} />
        <ol className={styles.steps}>
          {guide.steps.map((step) => (
            <Step key={step.id} step={step} scimUrl={connection.scimUrl ?? ''} />
          ))}
        </ol>
      </Section>
      <Section title={t('setUp.listening')}>
        <Arrivals guide={guide} connection={connection.id} onOpen={onOpen} />
      </Section>
    </div>
  )
}

function providerOf({ profile }: Connection): GuideProvider {
  return profile === 'okta' || profile === 'entra' ? profile : 'generic'
}

/** A token must be there before anything else; it is shown once. */
function TokenStep({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation('connections')
  const can = useCan()
  const [isMaking, setMaking] = useState(false)
  const [secret, setSecret] = useState<string>()
  if (!can('keys:manage')) return <p className={styles.lead}>{t('setUp.askForToken')}</p>
  return (
    <div className={styles.tokenStep}>
      <icons.key />
      <span>{t('setUp.tokenText')}</span>
      <Button variant="filled" onClick={() => setMaking(true)}>
        {t('token.make')}
      </Button>
      <NewTokenDialog
        connection={connection.id}
        isOpen={isMaking}
        onClose={() => setMaking(false)}
        onMade={setSecret}
      />
      <TokenSecret secret={secret} scimUrl={connection.scimUrl ?? ''} onClose={() => setSecret(undefined)} />
    </div>
  )
}

function Step({ step, scimUrl }: { readonly step: GuideStep; readonly scimUrl: string }) {
  const language = currentLanguage()
  return (
    <li className={styles.step}>
      <h3>
        <GuideText text={step.title[language]} scimUrl={scimUrl} />
      </h3>
      {step.path.length > 0 && <p className={styles.stepPath}>{step.path.join(' › ')}</p>}
      <p>
        <GuideText text={step.text[language]} scimUrl={scimUrl} />
      </p>
      {step.fields.length > 0 && (
        <dl className={styles.fields}>
          {step.fields.map((field) => (
            <div key={field.label}>
              <dt>{field.label}</dt>
              <dd>
                <FieldValue field={field} scimUrl={scimUrl} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  )
}

function FieldValue({ field, scimUrl }: { readonly field: GuideField; readonly scimUrl: string }) {
  const { t } = useTranslation('connections')
  if ('enter' in field) return <code>{field.enter}</code>
  if (!('copy' in field)) return null
  const prefix = field.prefix ?? ''
  if (field.copy === 'scimUrl') return <CopyBox value={prefix + scimUrl} />
  return <span>{t('setUp.yourToken', { prefix })}</span>
}

/** Labels of the provider's pages in bold, what is to be taken to the letter as code. */
function GuideText({ text, scimUrl }: { readonly text: string; readonly scimUrl: string }) {
  return parseGuideText(text).map((piece, index) => {
    const key = `${index}`
    if (piece.kind === 'label') return <strong key={key}>{piece.text}</strong>
    if (piece.kind === 'code') return <code key={key}>{piece.text}</code>
    if (piece.kind === 'value') return <code key={key}>{piece.text === 'scimUrl' ? scimUrl : `{${piece.text}}`}</code>
    return piece.text
  })
}

const arrivalsMax = 20

type ArrivalsProps = { readonly guide: ScimGuide; readonly connection: string; onOpen(request: string): void }

/** What the provider sent, and what it means; comes by itself. */
function Arrivals({ guide, connection, onOpen }: ArrivalsProps) {
  const { t } = useTranslation('connections')
  const can = useCan()
  const { data, error, refetch } = useRoute(
    'listRequests',
    { query: { connection, limit: arrivalsMax } },
    { enabled: can('log:read') },
  )
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  const requests = data?.data ?? []
  return (
    <div aria-live="polite">
      {requests.length === 0 && (
        <p className={styles.listening}>
          <span className={styles.pulse} />
          {t('setUp.waiting')}
        </p>
      )}
      <ol className={styles.requests}>
        {requests.map(({ id, method, path, status, at, detail }) => (
          <li key={id}>
            <RequestStatus status={status} />
            <button type="button" className={styles.request} onClick={() => onOpen(id)}>
              {meaningOf(guide, { method, path, status }) ?? `${method} ${path}`}
            </button>
            <span className={styles.detail}>{detail}</span>
            <Time at={at} />
          </li>
        ))}
      </ol>
    </div>
  )
}

type Sent = { readonly method: string; readonly path: string; readonly status: number }

/** What a request says when it went as it should; of what failed the cause stands beside it. */
function meaningOf(guide: ScimGuide, { method, path, status }: Sent): string | undefined {
  const target = path.replace(/^.*\/scim\/v[12]/, '')
  const arrival = findArrival(guide, { method, target })
  return arrival?.status === status ? arrival.means[currentLanguage()] : undefined
}
