/** Whole expressions to begin from, as they are pasted; what each does is a word of the catalogue. */
export const examples = [
  { name: 'mailName', text: 'NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname])))' },
  { name: 'fallback', text: 'Coalesce([mail], [userPrincipalName])' },
  { name: 'fullName', text: 'Join(" ", [givenName], [surname])' },
  { name: 'condition', text: 'IIF([employeeType] = "Intern", "Trainee", [jobTitle])' },
  { name: 'table', text: 'Switch([department], "Other", "Sales", "S01", "Research", "R02")' },
  { name: 'localPart', text: 'Item(Split([userPrincipalName], "@"), 1)' },
  { name: 'active', text: 'Not([IsSoftDeleted])' },
  { name: 'omitted', text: 'IgnoreFlowIfNullOrEmpty([telephoneNumber])' },
] as const

/** One line for each function that people look for first; shown beside its signature. */
export const functionExamples: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Append: 'Append([userName], "@acme.example")',
    Coalesce: 'Coalesce([mail], [userPrincipalName])',
    FormatDateTime: 'FormatDateTime([hired], , "yyyy-MM-dd", "dd/MM/yyyy")',
    IIF: 'IIF([country] = "FR", "fr", "en")',
    IgnoreFlowIfNullOrEmpty: 'IgnoreFlowIfNullOrEmpty([title])',
    Item: 'Item(Split([mail], "@"), 1)',
    Join: 'Join(".", [givenName], [surname])',
    Left: 'Left([surname], 8)',
    Mid: 'Mid([employeeId], 1, 3)',
    NormalizeDiacritics: 'NormalizeDiacritics([givenName])',
    Not: 'Not([IsSoftDeleted])',
    Replace: 'Replace([mail], "@old.example", , , "@new.example", , )',
    SelectUniqueValue: 'SelectUniqueValue([alias], Append([alias], "1"))',
    SingleAppRoleAssignment: 'SingleAppRoleAssignment([appRoleAssignments])',
    Split: 'Split([skills], ",")',
    StripSpaces: 'StripSpaces([displayName])',
    Switch: 'Switch([department], "Other", "Sales", "S01")',
    ToLower: 'ToLower([mail])',
    ToUpper: 'ToUpper([country])',
    Word: 'Word([displayName], 1, " ")',
  }),
)
