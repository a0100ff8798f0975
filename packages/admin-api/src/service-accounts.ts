import { z } from 'zod'
import { inOrganization, none, page, type Route } from './route.ts'
import { displayName, idOf, instant, limits, pageOf } from './values.ts'

export const serviceAccount = z
  .object({
    id: idOf('serviceAccount'),
    name: displayName,
    state: z.enum(['active', 'disabled']),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'ServiceAccount' })

export const serviceAccountPage = pageOf(serviceAccount, 'ServiceAccountPage')

export const updateServiceAccountBody = z
  .strictObject({
    state: z.enum(['active', 'disabled']).describe('Keys of a disabled account are dead at once and return with it'),
  })
  .meta({ id: 'ServiceAccountUpdate' })

export const createServiceAccountBody = z
  .strictObject({
    name: displayName,
    roles: z
      .array(z.string().min(1).max(limits.nameCharactersMax))
      .max(limits.rolesMax)
      .optional()
      .describe('Ids or names of its roles; `admin` when left out, as far as the one who makes it may give it'),
  })
  .meta({ id: 'ServiceAccountCreate' })

const onServiceAccount = inOrganization.extend({ serviceAccount: idOf('serviceAccount') })

export const serviceAccountRoutes = {
  listServiceAccounts: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/service-accounts',
    tag: 'Service accounts',
    summary: 'Service accounts, oldest first',
    scope: 'keys:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: serviceAccountPage,
    errors: ['invalidCursor'],
  },
  createServiceAccount: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/service-accounts',
    tag: 'Service accounts',
    summary: 'Make a service account, an owner of keys that is no person',
    scope: 'keys:manage',
    params: inOrganization,
    query: none,
    body: createServiceAccountBody,
    status: 201,
    answer: serviceAccount,
    errors: ['conflict'],
  },
  updateServiceAccount: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/service-accounts/{serviceAccount}',
    tag: 'Service accounts',
    summary: 'Disable or enable a service account and with it its keys',
    scope: 'keys:manage',
    params: onServiceAccount,
    query: none,
    body: updateServiceAccountBody,
    status: 200,
    answer: serviceAccount,
    errors: [],
  },
} as const satisfies Record<string, Route>
