import { Button, Switch } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { FailureWords } from './failure-words.tsx'
import { Mark } from './mark.tsx'
import type { Provider } from './provider-state.tsx'
import styles from './sso.module.css'

type Test = RouteAnswer<'getSignInTest'>

const pollMs = 1_500
const windowFeatures = 'popup,width=560,height=760'

/** A sign-in in a window of its own that signs nobody in; what came of it stands here. */
export function SignInTest({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const { test, error } = useLatestTest(provider)
  const start = useChange('startSignInTest', { stale: ['listSignInTests'] })
  const begin = (): void => {
    // Opened by the press itself: browsers refuse windows that come later.
    const popup = open('', '_blank', windowFeatures)
    // The identity provider's pages get no hold of this one.
    if (popup !== null) popup.opener = null
    start.mutate(
      { params: { identityProvider: provider.id } },
      {
        onSuccess: ({ url }) => {
          if (popup === null) location.assign(url)
          else popup.location.href = url
        },
        onError: () => popup?.close(),
      },
    )
  }
  return (
    <div className={styles.stack}>
      <p className={styles.lead}>{t('test.text')}</p>
      {can('sign-in:manage') && (
        <div className={styles.buttons}>
          <Button variant="filled" rightSection={<icons.external />} loading={start.isPending} onClick={begin}>
            {t('test.action')}
          </Button>
        </div>
      )}
      {(start.error ?? error) !== null && <ErrorBlock error={start.error ?? error} />}
      <div aria-live="polite">
        {test === undefined ? (
          <Skeletons rows={1} />
        ) : test === null ? (
          <p className={styles.quiet}>{t('test.none')}</p>
        ) : (
          <Result test={test} />
        )}
      </div>
    </div>
  )
}

/** Null: none within the last day. Asked again and again while somebody is away for it. */
function useLatestTest({ id }: Provider): { readonly test: Test | null | undefined; readonly error: Error | null } {
  const values = { params: { identityProvider: id }, query: { limit: 1 } }
  const [isWaiting, setWaiting] = useState(false)
  const { data, error } = useRoute('listSignInTests', values, { refetchInterval: isWaiting ? pollMs : false })
  const test = data === undefined ? undefined : (data.data[0] ?? null)
  const isOpen = test?.state === 'waiting'
  if (isOpen !== isWaiting) setWaiting(isOpen)
  return { test, error }
}

const tones: { readonly [state in Test['state']]: Tone } = {
  waiting: 'info',
  passed: 'good',
  failed: 'bad',
  expired: 'warn',
}

function Result({ test }: { readonly test: Test }) {
  const { t } = useTranslation('singleSignOn')
  const { state, code, detail, signInFailure, finishedAt, createdAt, received } = test
  return (
    <div className={styles.stack}>
      <p className={styles.stepHead}>
        <StateChip tone={tones[state]}>{t(`test.state.${state}`)}</StateChip>
        <Time at={finishedAt ?? createdAt} />
      </p>
      {state === 'waiting' && <p className={styles.quiet}>{t('test.waiting')}</p>}
      {state === 'expired' && <p className={styles.quiet}>{t('test.expired')}</p>}
      {state === 'passed' && <Who test={test} />}
      {code !== null && (
        <FailureWords code={code} detail={detail} failure={signInFailure} provider={test.identityProvider} />
      )}
      {received !== null && <Received received={received} />}
    </div>
  )
}

/** Whom it would have signed in. */
function Who({ test: { account, createsAccount } }: { readonly test: Test }) {
  const { t } = useTranslation('singleSignOn')
  const organization = useOrganizationSlug()
  if (createsAccount) return <p>{t('test.creates')}</p>
  if (account === null) return null
  return (
    <p>
      {t('test.account')}{' '}
      <Link to="/$organization/users/$user" params={{ organization, user: account.id }}>
        {account.userName}
      </Link>
    </p>
  )
}

type ReceivedPart = NonNullable<Test['received']>

/** What was sent beside what became of it. Values are covered until somebody asks for them. */
function Received({ received }: { readonly received: ReceivedPart }) {
  const { t } = useTranslation('singleSignOn')
  const [isShown, show] = useState(false)
  const cover = (value: string): string => (isShown ? value : coverUp(value))
  return (
    <>
      <Switch label={t('test.showValues')} checked={isShown} onChange={(event) => show(event.currentTarget.checked)} />
      <h3>{t('test.fields')}</h3>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('test.field')}</th>
              <th scope="col">{t('test.from')}</th>
              <th scope="col">{t('test.value')}</th>
            </tr>
          </thead>
          <tbody>
            {received.fields.map(({ field, from, value }) => (
              <tr key={field}>
                <th scope="row">
                  <Mark isGood={value !== null}>{t(`field.${field}`)}</Mark>
                </th>
                <td>{from === null ? '–' : <code>{from}</code>}</td>
                <td>{value === null ? t('test.notSent') : cover(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h3>{t('test.attributes')}</h3>
      {received.attributes.length === 0 && <p className={styles.quiet}>{t('test.noAttributes')}</p>}
      <Attributes attributes={received.attributes} cover={cover} />
    </>
  )
}

type AttributesProps = { readonly attributes: ReceivedPart['attributes']; cover(value: string): string }

function Attributes({ attributes, cover }: AttributesProps) {
  const { t } = useTranslation('singleSignOn')
  return (
    <ul className={styles.list}>
      {attributes.map(({ name, values, uses }) => (
        <li key={name} className={styles.sent}>
          <code>{name}</code>
          <span>{values.map(cover).join(', ')}</span>
          <Mark isGood={uses.length > 0}>
            {uses.length > 0 ? uses.map((field) => t(`field.${field}`)).join(', ') : t('test.unused')}
          </Mark>
        </li>
      ))}
    </ul>
  )
}

/** The first letter, and the domain of an address. */
function coverUp(value: string): string {
  const [first = ''] = value
  const at = value.lastIndexOf('@')
  return at > 0 ? `${first}•••${value.slice(at)}` : `${first}•••`
}
