/** PostgreSQL gets no variable of ours: a stray PGDATA, LC_ALL or a secret has no business in it. */
export const processEnvironment: NodeJS.ProcessEnv = Object.freeze({ PATH: '/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C' })
