import { logsRoute } from '../logs/routes.ts'
import { appLogsRoute, appOverviewRoute, appRoute, appRunsRoute, appsRoute } from './routes.ts'

/** The tabs of an app stand below it. */
const app = appRoute.addChildren([appOverviewRoute, appRunsRoute, appLogsRoute])

/** Every screen about apps. */
export const provisioningRoutes = [appsRoute, app, logsRoute] as const
