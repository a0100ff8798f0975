import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { LogSearch } from '../logs/log-search.ts'
import { Logs } from '../logs/logs.tsx'
import styles from './apps.module.css'

const route = getRouteApi('/$organization/apps/$app/logs')

/** What was done in this app. */
export function LogsTab() {
  const params = route.useParams()
  const search = route.useSearch()
  const navigate = useNavigate()
  const change = (next: LogSearch): void =>
    void navigate({ to: '/$organization/apps/$app/logs', params, search: next, replace: true })
  return (
    <div className={styles.table}>
      <Logs search={search} onSearch={change} app={params.app} />
    </div>
  )
}
