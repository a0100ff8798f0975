import { reportLeakedKey } from '../../../access/leaked-keys.ts'
import type { Handlers } from '../call-context.ts'

export const leakedKeyHandlers: Handlers<'reportLeakedKeys'> = {
  reportLeakedKeys: async (context, { body }) => {
    const call = { ...context.call, actor: 'leak report' }
    const data = []
    for (const text of body.keys)
      data.push(await reportLeakedKey(context.parts.database, call, { text, source: body.source }))
    return { body: { data } }
  },
}
