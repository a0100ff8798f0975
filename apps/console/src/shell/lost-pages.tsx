import { Button } from '@mantine/core'
import { Link, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { goToSignIn, serverUrl } from '../api/place.ts'
import { isRefusedAs } from '../api/problem.ts'
import { OtherOrganization, useSession, type Permission } from '../api/session.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <Page>
      <EmptyState
        icon="search"
        title={t('lost.notFound')}
        actions={
          <Button component="a" href={serverUrl}>
            {t('lost.home')}
          </Button>
        }
      >
        {t('lost.notFoundText')}
      </EmptyState>
    </Page>
  )
}

/** A page that whoever is signed in may not see: which right it wants, and who can give it. */
export function ForbiddenPage({ lack }: { readonly lack: Permission }) {
  const { t } = useTranslation()
  return (
    <Page>
      <EmptyState icon="lock" title={t('lost.forbidden')}>
        {lack === 'instance' ? (
          t('lost.operatorText')
        ) : (
          <>
            {t('lost.forbiddenText')} <code>{lack}</code>
          </>
        )}
      </EmptyState>
    </Page>
  )
}

/** Somebody without any right here has a page of his own elsewhere. */
export function MemberPage() {
  const { t } = useTranslation()
  const { organization } = useSession()
  return (
    <Page>
      <EmptyState
        icon="user"
        title={t('lost.member')}
        actions={
          <Button
            variant="filled"
            renderRoot={(props) => (
              <Link {...props} to="/$organization/me" params={{ organization: organization.slug }} />
            )}
          >
            {t('shell.account')}
          </Button>
        }
      >
        {t('lost.memberText')}
      </EmptyState>
    </Page>
  )
}

/** What a page threw; of an organization that is not that of the session the way into it. */
export function ErrorPage({ error }: { readonly error: unknown }) {
  const { t } = useTranslation()
  const router = useRouter()
  if (error instanceof OtherOrganization || isRefusedAs(error, 'notFound'))
    return (
      <Page>
        <EmptyState
          icon="organization"
          title={t('lost.otherOrganization')}
          actions={
            <>
              <Button variant="filled" onClick={goToSignIn}>
                {t('lost.signIn')}
              </Button>
              <Button component="a" href={serverUrl}>
                {t('lost.home')}
              </Button>
            </>
          }
        >
          {t('lost.otherOrganizationText')}
        </EmptyState>
      </Page>
    )
  return (
    <Page>
      <ErrorBlock error={error} onRetry={() => void router.invalidate()} />
    </Page>
  )
}
