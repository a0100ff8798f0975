import { adoptsAccounts, previewAdoption } from '../../../directory/adoption.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'
import { toDirectoryContext } from '../directory-context.ts'
import { toUuid } from '../to-uuid.ts'

export const adoptionHandlers: Handlers<'previewAdoption'> = {
  previewAdoption: async (context, { params, body }) => {
    const directory = await toDirectoryContext(context, toUuid('con', params.connection))
    const preview = await previewAdoption(context.parts.database, directory, body.users)
    const { linked, created, present, conflicts, left } = preview
    return {
      body: {
        adopts: adoptsAccounts(directory),
        counts: {
          linked: linked.length,
          created: created.length,
          present: present.length,
          conflicts: conflicts.length,
          left: left.length,
        },
        linked: linked.map(viewLink),
        created: [...created],
        present: present.map(viewLink),
        conflicts: [...conflicts],
        left: left.map((account) => ({ ...viewLink(account), builtIn: account.isBuiltIn })),
      },
    }
  },
}

function viewLink({ userName, userId }: { readonly userName: string; readonly userId: string }) {
  return { userName, personId: formatTypeId('usr', userId) }
}
