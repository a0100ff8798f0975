import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import {
  displayName,
  idOf,
  instant,
  limits,
  mailAddress,
  namesChange,
  pageOf,
  pageQuery,
  personReference,
  searchText,
  version,
} from './values.ts'

const serviceAccountState = z
  .enum(['active', 'disabled'])
  .describe('Keys of a disabled account are dead at once and return with it')

export const serviceAccount = z
  .object({
    id: idOf('serviceAccount'),
    name: displayName,
    email: z.string().nullable().describe('Told when a key is made or revoked, and when the account is disabled'),
    state: serviceAccountState,
    ownerId: idOf('user').nullable().describe('The person who answers for it; handed over when they leave'),
    createdBy: z.string(),
    version,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'ServiceAccount' })

export const serviceAccountPage = pageOf(serviceAccount, 'ServiceAccountPage')

const owner = personReference.describe('A person: account id (`usr_…`) or SCIM id')

export const createServiceAccountBody = z
  .strictObject({
    name: displayName.describe('One account of the organization has it'),
    email: mailAddress.optional().describe('Many accounts may share one'),
    owner: owner.optional().describe('Left out: the person whose key makes it, if any'),
    roles: z
      .array(z.string().min(1).max(limits.nameCharactersMax))
      .max(limits.rolesMax)
      .optional()
      .describe('Ids or names of its roles; `admin` when left out, as far as the one who makes it may give it'),
  })
  .meta({ id: 'ServiceAccountCreate' })

export const updateServiceAccountBody = z
  .strictObject({
    name: displayName.optional(),
    email: mailAddress.nullable().optional(),
    state: serviceAccountState.optional(),
    owner: owner.nullable().optional(),
  })
  .refine(...namesChange)
  .meta({ id: 'ServiceAccountUpdate' })

export const serviceAccountQuery = z.object({
  ...pageQuery,
  state: z.enum(['active', 'disabled', 'all']).default('active').describe('`active` when left out'),
  search: searchText.optional().describe('Found anywhere in name or mail address, whatever the case'),
})

const onServiceAccount = inOrganization.extend({ serviceAccount: idOf('serviceAccount') })

export const serviceAccountRoutes = {
  listServiceAccounts: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/service-accounts',
    tag: 'Service accounts',
    summary: 'Service accounts, oldest first; active ones unless asked otherwise',
    scope: 'keys:read',
    params: inOrganization,
    query: serviceAccountQuery,
    body: null,
    status: 200,
    answer: serviceAccountPage,
    errors: ['invalidCursor'],
  },
  createServiceAccount: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/service-accounts',
    tag: 'Service accounts',
    summary: 'Make a service account, an owner of keys that is no person and cannot sign in',
    scope: 'keys:manage',
    params: inOrganization,
    query: none,
    body: createServiceAccountBody,
    status: 201,
    answer: serviceAccount,
    errors: ['conflict'],
    hasVersion: true,
  },
  getServiceAccount: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/service-accounts/{serviceAccount}',
    tag: 'Service accounts',
    summary: 'One service account; its keys are listed by `GET …/keys?serviceAccount=`',
    scope: 'keys:read',
    params: onServiceAccount,
    query: none,
    body: null,
    status: 200,
    answer: serviceAccount,
    errors: [],
    hasVersion: true,
  },
  updateServiceAccount: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/service-accounts/{serviceAccount}',
    tag: 'Service accounts',
    summary: 'Rename, hand over, disable or enable a service account',
    scope: 'keys:manage',
    params: onServiceAccount,
    query: none,
    body: updateServiceAccountBody,
    status: 200,
    answer: serviceAccount,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
} as const satisfies Record<string, Route>
