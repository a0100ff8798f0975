import { useIsFetching } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import styles from './loading-bar.module.css'

/** A thin line on top while something is on its way; answers that come at once never show it. */
export function LoadingBar() {
  const isFetching = useIsFetching() > 0
  const isLoading = useRouterState({ select: ({ isLoading: loading }) => loading })
  return isFetching || isLoading ? <div className={styles.bar} aria-hidden="true" /> : null
}
