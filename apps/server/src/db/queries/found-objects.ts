/** Ids of people and teams of the organization `$1` whose text is like a parameter: by the indexes that their own lists use. */
export function foundBy(parameter: `$${number}`): string {
  return `select id from users where organization_id = $1 and search_text like ${parameter}
    union all select id from teams where organization_id = $1 and search_text like ${parameter}`
}
