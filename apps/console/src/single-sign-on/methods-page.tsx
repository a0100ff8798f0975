import { NumberInput, Switch } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Form, FormSection, useDraft, type Draft } from '../ui/form.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { showToast } from '../ui/toast.ts'
import { Enforcement } from './enforcement.tsx'
import { SsoFrame } from './sso-frame.tsx'
import styles from './sso.module.css'

const route = getRouteApi('/$organization/single-sign-on/methods')
const methods = ['password', 'passkey', 'saml', 'oidc'] as const
const limits = { min: 5, max: 43_200, idle: 480, absolute: 1_440 } as const

/** How people of the organization sign in, and for how long. */
export function MethodsPage() {
  const { t } = useTranslation('singleSignOn')
  const { organization } = route.useParams()
  const can = useCan()
  const { data, error, refetch } = useRoute('getOrganization')
  return (
    <SsoFrame
      tab="methods"
      source={{
        route: 'getOrganization',
        params: { organization },
        cli: `organization show ${organization}`,
        ...(data !== undefined && { json: data }),
      }}
    >
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Skeletons rows={8} />
      ) : (
        <MethodsForm key={data.id} organization={data} />
      )}
      {can('sign-in:read') && (
        <Section title={t('enforce.title')}>
          <p className={styles.lead}>{t('enforce.text')}</p>
          <Enforcement />
        </Section>
      )}
    </SsoFrame>
  )
}

type Organization = RouteAnswer<'getOrganization'>

function toValues({ settings: { signIn } }: Organization) {
  const given = signIn?.methods ?? {}
  return {
    password: given.password !== false,
    passkey: given.passkey !== false,
    saml: given.saml !== false,
    oidc: given.oidc !== false,
    idleMinutes: signIn?.idleMinutes ?? limits.idle,
    absoluteMinutes: signIn?.absoluteMinutes ?? limits.absolute,
    isLockedDown: signIn?.isLockedDown ?? false,
  }
}

function MethodsForm({ organization }: { readonly organization: Organization }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const draft = useDraft(toValues(organization))
  const [isAsking, setAsking] = useState(false)
  const update = useChange('updateOrganization', { stale: ['getOrganization', 'getSignInEnforcement'] })
  const { values, changed } = draft
  const isReadOnly = !can('settings:manage')
  const send = (): void => {
    const { password, passkey, saml, oidc, ...rest } = values
    const signIn = { ...rest, methods: { password, passkey, saml, oidc } }
    update.mutate(
      { body: { settings: { ...organization.settings, signIn } }, ifMatch: `"${organization.version}"` },
      {
        onSuccess: () => {
          draft.discard()
          setAsking(false)
          showToast({ tone: 'good', text: t('saved') })
        },
      },
    )
  }
  // Whoever takes a way away, or everybody's session, is told what becomes of them.
  const locks = changed.includes('isLockedDown') && values.isLockedDown
  const takes = methods.some((method) => changed.includes(method) && !values[method])
  const needsEnforcement =
    !values.password && !values.passkey && (changed.includes('password') || changed.includes('passkey'))
  return (
    <Form
      draft={draft}
      isPending={update.isPending}
      error={isAsking ? null : update.error}
      onSave={() => (needsEnforcement ? undefined : locks || takes ? setAsking(true) : send())}
    >
      <Ways draft={draft} isReadOnly={isReadOnly} needsEnforcement={needsEnforcement} />
      <Lifetimes draft={draft} isReadOnly={isReadOnly} />
      <FormSection title={t('methods.lockdown')} lead={t('methods.lockdownText')}>
        <Switch
          label={t('methods.isLockedDown')}
          checked={values.isLockedDown}
          disabled={isReadOnly || !can('owners:manage')}
          onChange={(event) => draft.set('isLockedDown', event.currentTarget.checked)}
        />
      </FormSection>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('methods.sure')}
        action={t('methods.change')}
        tier="affects"
        isPending={update.isPending}
        error={update.error}
        onConfirm={send}
      >
        {locks ? t('methods.sureLock') : t('methods.sureTake')}
      </ConfirmDialog>
    </Form>
  )
}

type PartProps = { readonly draft: Draft<ReturnType<typeof toValues>>; readonly isReadOnly: boolean }

function Ways({ draft, isReadOnly, needsEnforcement }: PartProps & { readonly needsEnforcement: boolean }) {
  const { t } = useTranslation('singleSignOn')
  const { values } = draft
  return (
    <FormSection title={t('methods.ways')} lead={t('methods.waysText')}>
      {methods.map((method) => (
        <Switch
          key={method}
          label={t(`methods.${method}`)}
          checked={values[method]}
          disabled={isReadOnly}
          onChange={(event) => draft.set(method, event.currentTarget.checked)}
        />
      ))}
      {needsEnforcement && <p role="alert">{t('methods.enforceInstead')}</p>}
    </FormSection>
  )
}

function Lifetimes({ draft, isReadOnly }: PartProps) {
  const { t } = useTranslation('singleSignOn')
  const { values } = draft
  return (
    <FormSection title={t('methods.sessions')} lead={t('methods.sessionsText')}>
      <Minutes
        label={t('methods.idle')}
        value={values.idleMinutes}
        disabled={isReadOnly}
        onChange={(minutes) => draft.set('idleMinutes', minutes)}
      />
      <Minutes
        label={t('methods.absolute')}
        value={values.absoluteMinutes}
        disabled={isReadOnly}
        onChange={(minutes) => draft.set('absoluteMinutes', minutes)}
      />
    </FormSection>
  )
}

type MinutesProps = {
  readonly label: string
  readonly value: number
  readonly disabled: boolean
  onChange(minutes: number): void
}

function Minutes({ label, value, disabled, onChange }: MinutesProps) {
  return (
    <NumberInput
      label={label}
      value={value}
      min={limits.min}
      max={limits.max}
      allowDecimal={false}
      disabled={disabled}
      onChange={(minutes) => {
        if (typeof minutes === 'number') onChange(minutes)
      }}
    />
  )
}
