import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { CopyBox, CopyButton } from '../ui/copy.tsx'
import { DefinitionList, type Definition } from '../ui/definition-list.tsx'
import { Time } from '../ui/time.tsx'
import { useConnectionNames } from './connection-names.ts'
import { RequestBody } from './request-body.tsx'
import { RequestChanges } from './request-changes.tsx'
import { RequestReplay } from './request-replay.tsx'
import { RequestStatus } from './request-status.tsx'
import styles from './requests.module.css'

export type RequestAnswer = RouteAnswer<'getRequest'>

/** All there is to know of one request, from what went wrong to what became of whom. */
export function RequestView({ request }: { readonly request: RequestAnswer }) {
  const { t } = useTranslation('requests')
  const { fix, detail, diff, kept } = request
  return (
    <div className={styles.view}>
      {fix !== null && (
        <div className={styles.fix}>
          {detail !== null && <p className={styles.fixDetail}>{detail}</p>}
          <p>{t(`fix.${fix}`)}</p>
        </div>
      )}
      <RequestFacts request={request} />
      <section className={styles.part}>
        <h2>{t('part.request')}</h2>
        <RequestBody
          label={t('part.request')}
          head={`${request.method} ${request.path}`}
          body={request.requestBody}
          areKept={kept.bodies}
        />
      </section>
      <section className={styles.part}>
        <h2>{t('part.response')}</h2>
        <RequestBody
          label={t('part.response')}
          head={String(request.status)}
          body={request.responseBody}
          areKept={kept.bodies}
        />
      </section>
      <section className={styles.part}>
        <h2>{t('part.diff')}</h2>
        <RequestChanges changes={diff} none={t('noDiff')} />
      </section>
      <RequestReplay request={request} />
      <section className={styles.part}>
        <div className={styles.partHead}>
          <h2>{t('part.curl')}</h2>
          <CopyButton text={request.asCurl} />
        </div>
        <pre className={styles.code} tabIndex={0}>
          {request.asCurl}
        </pre>
      </section>
    </div>
  )
}

function RequestFacts({ request }: { readonly request: RequestAnswer }) {
  const { t } = useTranslation('requests')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  const nameOf = useConnectionNames()
  const { connectionId, keyId, resourceType, resourceId, externalId, rules, scimType, kept } = request
  const items: readonly (Definition | undefined)[] = [
    { term: t('column.status'), value: <RequestStatus status={request.status} /> },
    optional(t('fact.scimType'), scimType, <code>{scimType}</code>),
    { term: t('column.at'), value: <Time at={request.at} isAbsolute /> },
    {
      term: t('column.duration'),
      value: `${formats.number(Math.round(request.durationMs * 10) / 10)} ms`,
    },
    optional(
      t('column.connection'),
      connectionId,
      <Link
        to="/$organization/requests"
        params={{ organization }}
        search={connectionId === null ? {} : { connection: connectionId }}
      >
        {nameOf(connectionId)}
      </Link>,
    ),
    optional(t('fact.resourceType'), resourceType, resourceType),
    optional(t('fact.resourceId'), resourceId, <ResourceId id={resourceId} />),
    optional(t('fact.externalId'), externalId, <ResourceId id={externalId} />),
    { term: t('column.rules'), value: rules.length === 0 ? t('noRules') : <Rules rules={rules} /> },
    { term: t('column.client'), value: request.client ?? '–' },
    { term: t('fact.ip'), value: request.ip ?? '–' },
    optional(t('fact.key'), keyId, <CopyBox value={keyId ?? ''} />),
    { term: t('fact.id'), value: <CopyBox value={request.id} /> },
    { term: t('fact.kept'), value: t('fact.keptDays', { count: kept.days, number: formats.number(kept.days) }) },
  ]
  return <DefinitionList items={items.filter((item) => item !== undefined)} />
}

function optional(term: string, given: string | null, value: Definition['value']): Definition | undefined {
  return given === null ? undefined : { term, value }
}

/** An id, and everything else that was sent about the same resource. */
function ResourceId({ id }: { readonly id: string | null }) {
  const { t } = useTranslation('requests')
  const organization = useOrganizationSlug()
  if (id === null) return null
  return (
    <span className={styles.resource}>
      <CopyBox value={id} />
      <Link to="/$organization/requests" params={{ organization }} search={{ q: id }}>
        {t('sameResource')}
      </Link>
    </span>
  )
}

function Rules({ rules }: { readonly rules: readonly string[] }) {
  return (
    <ul className={styles.rules}>
      {rules.map((rule) => (
        <li key={rule}>
          <code>{rule}</code>
        </li>
      ))}
    </ul>
  )
}
