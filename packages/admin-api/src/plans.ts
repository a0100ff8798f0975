import { z } from 'zod'
import { featureNames } from './names.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { namesChange, pageOf, version } from './values.ts'

export const featureName = z.enum(featureNames).meta({ id: 'FeatureName' })

export const plan = z
  .object({
    name: z.string().meta({ examples: ['pro'] }),
    description: z.string(),
    features: z.array(featureName),
    seatsMax: z.int().min(0).nullable().describe('How many people may be active; null: any number'),
  })
  .meta({ id: 'Plan' })

export const planPage = pageOf(plan, 'PlanPage')

export const organizationPlan = z
  .object({
    plan: z.string(),
    features: z.array(
      z.object({
        name: featureName,
        included: z.boolean(),
        explanation: z.string().nullable().describe('Of a feature that is missing: what a refusal says'),
      }),
    ),
    seats: z.object({ max: z.int().min(0).nullable(), used: z.int().min(0).describe('Active and invited people') }),
    overrides: z.record(z.string(), z.boolean()).describe('What this organization has besides its plan, or has not'),
    version,
  })
  .meta({ id: 'OrganizationPlan' })

export const changePlanBody = z
  .strictObject({
    plan: z.string().min(1).max(50).optional(),
    features: z
      .partialRecord(featureName, z.boolean().nullable())
      .optional()
      .describe('True adds a feature, false takes it away, null asks the plan again'),
    seatsMax: z.int().min(0).max(100_000_000).nullable().optional().describe('Null: what the plan says'),
  })
  .refine(...namesChange)
  .meta({ id: 'OrganizationPlanChange' })

export const planRoutes = {
  listPlans: {
    method: 'GET',
    path: '/api/v1/plans',
    tag: 'Plans',
    summary: 'Plans and the features of each',
    scope: 'any',
    params: none,
    query: page,
    body: null,
    status: 200,
    answer: planPage,
    errors: ['invalidCursor'],
  },
  getOrganizationPlan: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/plan',
    tag: 'Plans',
    summary: 'What the organization may use, and why not the rest',
    scope: 'settings:read',
    params: inOrganization,
    query: none,
    body: null,
    status: 200,
    answer: organizationPlan,
    errors: [],
  },
  changeOrganizationPlan: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/plan',
    tag: 'Plans',
    summary: 'Give the organization another plan, or single features; in force within a second',
    scope: 'instance',
    params: inOrganization,
    query: none,
    body: changePlanBody,
    status: 200,
    answer: organizationPlan,
    errors: [],
  },
} as const satisfies Record<string, Route>
