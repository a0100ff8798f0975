/** The person with that number: the same for every server that is measured. */
export function person(index: number, prefix = 'p'): Record<string, unknown> {
  const userName = `${prefix}${index}@example.com`
  return {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    userName,
    externalId: `ext-${prefix}${index}`,
    name: {
      givenName: `Given${index}`,
      familyName: `Family${index % 1000}`,
      formatted: `Given${index} Family${index % 1000}`,
    },
    displayName: `Given${index} Family${index % 1000}`,
    title: 'Engineer',
    active: true,
    locale: 'en-US',
    emails: [{ value: userName, type: 'work', primary: true }],
    phoneNumbers: [{ value: `+1 555 ${index}`, type: 'work' }],
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
      employeeNumber: String(index),
      department: `Department ${index % 50}`,
      costCenter: `CC${index % 20}`,
    },
  }
}
