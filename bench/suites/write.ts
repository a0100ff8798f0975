import { person } from '../people.ts'
import { recordBound, recordRatio } from '../report.ts'
import { type BenchContext, rates, scatter, toFloor, toTarget } from './context.ts'

/** POST and PATCH, against one prepared insert with the same indexes in one durable commit. */
export async function writeSuite(context: BenchContext): Promise<void> {
  const { organization, userIds, seconds, people } = context
  let serial = 0
  const target = toTarget(context)
  const { floor, post, patch } = await rates(
    {
      floor: {
        target: toFloor(context),
        expect: 201,
        next: () => ({ method: 'POST', path: '/users', body: JSON.stringify(person(serial++, 'floor')) }),
      },
      post: {
        target,
        expect: 201,
        next: () => ({
          method: 'POST',
          path: `${organization.scimPath}/Users`,
          body: JSON.stringify(person(serial++, 'post')),
        }),
      },
      patch: {
        target,
        expect: 200,
        next: (index) => ({
          method: 'PATCH',
          path: `${organization.scimPath}/Users/${userIds[scatter(index, people)]}`,
          body: patchActive(scatter(index, 7919) % 2 === 0),
        }),
      },
    },
    seconds,
  )
  recordRatio('POST /Users, with history, outbox and request log', post, { floor }, 0.5)
  recordRatio('PATCH active', patch, { floor }, 0.5)
  recordBound('memory of the server after writes', context.rollcall.server.memoryBytes() / 1e6, 250, 'MB')
}

/** The PATCH by which Entra ID disables and enables. */
export function patchActive(active: boolean): string {
  return JSON.stringify({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value: active }],
  })
}
