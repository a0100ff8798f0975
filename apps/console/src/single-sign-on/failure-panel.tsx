import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList, type Definition } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { FailureWords } from './failure-words.tsx'
import { Mark } from './mark.tsx'
import type { Provider } from './provider-state.tsx'
import styles from './sso.module.css'

type Traced = RouteAnswer<'getSignInFailure'>

/** One failed sign-in: what is wrong, what came beside what should have come, and the message, masked. */
export function FailurePanel({ id, provider }: { readonly id: string; readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const { data, error, refetch } = useRoute('getSignInFailure', { params: { signInFailure: id } })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={6} />
  return (
    <div className={styles.stack}>
      <FailureWords code={data.code} detail={data.detail} failure={null} provider={provider.id} />
      <DefinitionList
        items={[
          { term: t('trace.at'), value: <Time at={data.at} isAbsolute /> },
          { term: t('trace.id'), value: <CopyBox value={data.id} /> },
          ...(data.requestId === null ? [] : [{ term: t('trace.request'), value: <CopyBox value={data.requestId} /> }]),
        ]}
      />
      <Compared failure={data} provider={provider} />
      <details>
        <summary>{t('trace.message')}</summary>
        <p className={styles.quiet}>{t('trace.masked')}</p>
        <pre className={styles.pre}>{JSON.stringify(data.exchange, null, 2)}</pre>
      </details>
    </div>
  )
}

/** What was sent and what we go by, side by side. */
function Compared({ failure, provider }: { readonly failure: Traced; readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const { saml } = provider
  if (saml === null) return null
  const textsOf = (name: string): readonly string[] => toTexts(failure.exchange[name])
  const { serviceProvider, identityProvider } = saml
  const known = identityProvider.certificates.map(({ fingerprint }) => fingerprint)
  const rows = [
    { name: 'issuer', received: textsOf('issuers'), expected: [identityProvider.entityId] },
    { name: 'audience', received: textsOf('audiences'), expected: [serviceProvider.entityId] },
    { name: 'recipient', received: textsOf('recipients'), expected: [serviceProvider.assertionConsumerServiceUrl] },
    { name: 'certificate', received: textsOf('certificates'), expected: known },
  ] as const
  const items = rows.flatMap(({ name, received, expected }): Definition[] => {
    if (received.length === 0) return []
    const isSame = received.every((text) => expected.includes(text))
    return [
      {
        term: t(`trace.${name}`),
        value: <Pair isSame={isSame} received={received} expected={expected} />,
      },
    ]
  })
  return items.length === 0 ? null : <DefinitionList items={items} />
}

type PairProps = {
  readonly isSame: boolean
  readonly received: readonly string[]
  readonly expected: readonly string[]
}

function Pair({ isSame, received, expected }: PairProps) {
  const { t } = useTranslation('singleSignOn')
  return (
    <div className={styles.pair}>
      <Mark isGood={isSame}>{isSame ? t('trace.same') : t('trace.differs')}</Mark>
      <code>{received.join(', ')}</code>
      {!isSame && (
        <>
          <span className={styles.quiet}>{t('trace.expected')}</span>
          <code>{expected.join(', ')}</code>
        </>
      )}
    </div>
  )
}

function toTexts(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : []
  return [...new Set(all.filter((each) => typeof each === 'string'))]
}
