import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { displayName, flag, idOf, instant, pageOf, pageQuery } from './values.ts'

const apiKeyFields = {
  id: idOf('key'),
  name: displayName.describe('One live API key of the organization has it'),
  hint: z.string().describe('Prefix and last four characters: all that is ever shown again'),
  scopes: z.array(z.string()),
  createdBy: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable().describe('Exact to a minute'),
  lastUsedIp: z.string().nullable(),
  revokedAt: instant.nullable(),
}

export const apiKey = z.object(apiKeyFields).meta({ id: 'ApiKey' })

export const apiKeyPage = pageOf(apiKey, 'ApiKeyPage')

export const createdApiKey = z
  .object({
    ...apiKeyFields,
    key: z.string().describe('The secret itself: shown in this answer and never again'),
  })
  .meta({ id: 'CreatedApiKey' })

export const createApiKeyBody = z.strictObject({ name: displayName }).meta({ id: 'ApiKeyCreate' })

export const apiKeyQuery = z.object({
  ...pageQuery,
  revoked: flag.optional().describe('`true` lists revoked keys too'),
})

const onApiKey = inOrganization.extend({ key: idOf('key') })

export const apiKeyRoutes = {
  listApiKeys: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/api-keys',
    tag: 'API keys',
    summary: 'Keys that name the organization, oldest first, without their secrets',
    scope: 'keys:read',
    params: inOrganization,
    query: apiKeyQuery,
    body: null,
    status: 200,
    answer: apiKeyPage,
    errors: ['invalidCursor'],
  },
  createApiKey: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/api-keys',
    tag: 'API keys',
    summary: 'Make a key that names the organization and belongs to nobody; 50 at most',
    scope: 'keys:manage',
    stepUp: true,
    params: inOrganization,
    query: none,
    body: createApiKeyBody,
    status: 201,
    answer: createdApiKey,
    errors: ['conflict'],
  },
  getApiKey: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/api-keys/{key}',
    tag: 'API keys',
    summary: 'One API key, without its secret',
    scope: 'keys:read',
    params: onApiKey,
    query: none,
    body: null,
    status: 200,
    answer: apiKey,
    errors: [],
  },
  revokeApiKey: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/api-keys/{key}/revoke',
    tag: 'API keys',
    summary: 'End an API key for good; the last one stays',
    scope: 'keys:manage',
    params: onApiKey,
    query: none,
    body: null,
    status: 200,
    answer: apiKey,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
