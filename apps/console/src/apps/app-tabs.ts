/** The tabs of an app, in their order: the word in the catalogue, and the route. One line a tab. */
export const appTabs = [
  { name: 'overview', to: '/$organization/apps/$app' },
  { name: 'rules', to: '/$organization/apps/$app/rules' },
  { name: 'people', to: '/$organization/apps/$app/people' },
  { name: 'runs', to: '/$organization/apps/$app/runs' },
  { name: 'logs', to: '/$organization/apps/$app/logs' },
  { name: 'settings', to: '/$organization/apps/$app/settings' },
] as const
