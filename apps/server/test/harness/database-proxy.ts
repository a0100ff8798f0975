import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Makes the database go away and come back, as seen over TCP. */
export function databaseProxy(url: string): { open(): Promise<string>; freeze(): void; close(): Promise<void> } {
  const target = new URL(url)
  const path = `${target.searchParams.get('host')}/.s.PGSQL.5432`
  const sockets = new Set<Socket>()
  let port = 0
  let isFrozen = false
  const listener = createServer((client) => {
    if (isFrozen) return void sockets.add(client)
    const upstream = connect(path)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy()).pipe(to)
      from.on('close', () => sockets.delete(from))
    }
  })
  return {
    open: async () => {
      isFrozen = false
      await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve))
      port = (listener.address() as AddressInfo).port
      return `postgres://${target.username}@127.0.0.1:${port}${target.pathname}`
    },
    freeze: () => {
      isFrozen = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
