import { foldCase } from '@rollcall/scim'
import { selectReservedUserNames } from '../../db/queries/source-operations.ts'
import { selectTakenUserNames } from '../../db/queries/source-people.ts'
import type { ReadName } from '../../db/queries/source-settling.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { Mapped } from '../map/mapped.ts'
import type { RecordVault } from '../seal/record-vault.ts'

/** Which user names nobody has, and nobody is going to get by this read. */
export class FreeUserNames {
  readonly #taken: Set<string>

  private constructor(taken: ReadonlySet<string>) {
    this.#taken = new Set(taken)
  }

  /** Asks for all of these at once. */
  static async ask(
    tx: Transaction,
    { name, vault }: { readonly name: ReadName; readonly vault: RecordVault },
    userNames: readonly string[],
  ): Promise<FreeUserNames> {
    const keys = [...new Set(userNames.map(foldCase))]
    const taken = await selectTakenUserNames(tx, name.organizationId, keys)
    const digests = keys.map((key) => vault.digest(key))
    const reserved = await selectReservedUserNames(tx, name, digests)
    const waiting = keys.filter((_, index) => reserved.has(digests[index] ?? ''))
    return new FreeUserNames(new Set([...taken, ...waiting]))
  }

  /** The first that is free, which it is not any more; undefined: none is. */
  take(userNames: readonly string[]): string | undefined {
    const free = userNames.find((userName) => !this.#taken.has(foldCase(userName)))
    if (free !== undefined) this.#taken.add(foldCase(free))
    return free
  }
}

/** How somebody new may be called, in order: what is generated, else what is mapped. */
export function listUserNames({ userNames, values, onCreate }: Pick<Mapped, 'userNames' | 'values' | 'onCreate'>) {
  if (userNames !== undefined) return userNames
  const mapped = values['userName'] ?? onCreate?.['userName']
  return typeof mapped === 'string' ? [mapped] : []
}

/** So many of those that were tried are told. */
const toldMax = 20

export function describeTaken(userNames: readonly string[]): string {
  const told = userNames.slice(0, toldMax).join(', ')
  return userNames.length === 1 ? `The user name ${told} is taken` : `All user names are taken: ${told}`
}
