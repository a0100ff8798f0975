import { logsRoute } from '../logs/routes.ts'
import { provisionRoute } from '../provision/routes.ts'
import { quarantineRoute } from '../quarantine/routes.ts'
import { runsRoute } from '../runs/routes.ts'
import {
  appLogsRoute,
  appOverviewRoute,
  appPeopleRoute,
  appRoute,
  appRunsRoute,
  appSettingsRoute,
  appsRoute,
  newAppRoute,
} from './routes.ts'

/** The tabs of an app stand below it. */
const app = appRoute.addChildren([appOverviewRoute, appPeopleRoute, appRunsRoute, appLogsRoute, appSettingsRoute])

/** Every screen about apps. */
export const provisioningRoutes = [
  appsRoute,
  newAppRoute,
  app,
  logsRoute,
  provisionRoute,
  quarantineRoute,
  runsRoute,
] as const
