import { firstRules, newMapping, type Rules } from './rules.ts'

/** Names of columns as HR systems write them, in four languages, by the attribute that they become. */
const aliases: readonly (readonly [target: string, names: string])[] = [
  [
    'userName',
    'username user_name login userprincipalname upn samaccountname uid 로그인id 사용자id ログインid ユーザーid identifiant',
  ],
  ['name.givenName', 'givenname given_name firstname first_name forename prenom prénom 이름 名'],
  ['name.familyName', 'familyname family_name lastname last_name surname sn nom nomdefamille 성 姓'],
  ['displayName', 'displayname display_name name fullname full_name cn nomcomplet 성명 氏名 表示名'],
  [
    'emails[type eq "work"].value',
    'mail email e-mail emailaddress email_address workemail work_email courriel adressemail 이메일 메일 メール メールアドレス',
  ],
  ['title', 'title jobtitle job_title position poste fonction 직책 직위 役職'],
  [
    'phoneNumbers[type eq "work"].value',
    'phone telephone telephonenumber phonenumber phone_number workphone tel 전화 전화번호 電話 電話番号 téléphone',
  ],
  ['phoneNumbers[type eq "mobile"].value', 'mobile mobilephone mobile_phone cell portable 휴대폰 휴대전화 携帯電話'],
  [
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
    'department dept departement département service 부서 部署 部門',
  ],
  [
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter',
    'costcenter cost_center cost_centre centredecouts 비용센터 コストセンター',
  ],
  [
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division',
    'division bu businessunit business_unit 본부 事業部',
  ],
  [
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber',
    'employeenumber employee_number employeeid employee_id empno personnelnumber staffid staff_id matricule 사번 사원번호 社員番号',
  ],
  [
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization',
    'company organization organisation société societe 회사 会社',
  ],
  [
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
    'manager managerid manager_id manageranchor supervisor supervisor_id responsable 관리자 상사 上司',
  ],
  ['preferredLanguage', 'language preferredlanguage preferred_language langue 언어 言語'],
  ['timezone', 'timezone time_zone 시간대 タイムゾーン'],
]

const anchors =
  'employeenumber employee_number employeeid employee_id empno personnelnumber staffid staff_id objectguid entryuuid id uuid guid externalid matricule 사번 사원번호 社員番号'
const firstDays =
  'hiredate hire_date startdate start_date activefrom firstday first_day 입사일 入社日 datedentree dateentree'
const lastDays =
  'enddate end_date terminationdate termination_date leavedate leave_date lastday last_day 퇴사일 退職日 退社日 datedesortie datesortie'

type Sample = readonly Readonly<Record<string, unknown>>[]

/** A first draft by the names of the columns and what stands in them; undefined where nothing fits. */
export function suggestRules(columns: readonly string[], sample: Sample): Rules | undefined {
  const byName = new Map(columns.map((column) => [toKey(column), column]))
  const find = (names: string): string | undefined =>
    names
      .split(' ')
      .map((name) => byName.get(toKey(name)))
      .find((column) => column !== undefined)
  const anchor = find(anchors) ?? columns.find((column) => isUnique(column, sample))
  if (anchor === undefined) return undefined
  const mappings = aliases.flatMap(([target, names]) => {
    const column = find(names)
    if (column === undefined) return []
    return [
      target.endsWith(':manager')
        ? ({ ...newMapping(target, column), kind: 'reference' } as const)
        : newMapping(target, column),
    ]
  })
  const mail = mappings.find(({ target }) => target.startsWith('emails'))?.source
  const userName = mappings.find(({ target }) => target === 'userName')?.source ?? mail
  if (userName === undefined) return mappings.length === 0 ? undefined : finish(anchor, mappings, sample, find)
  const named = mappings.some(({ target }) => target === 'userName')
    ? mappings
    : [newMapping('userName', userName), ...mappings]
  const rules = finish(anchor, named, sample, find)
  return { ...rules, correlation: [[{ target: 'userName', source: userName }]] }
}

function finish(
  anchor: string,
  mappings: Rules['mappings'],
  sample: Sample,
  find: (names: string) => string | undefined,
): Rules {
  const activeFrom = dated(find(firstDays), sample)
  const activeUntil = dated(find(lastDays), sample)
  const lifecycle = {
    ...firstRules.lifecycle,
    ...(activeFrom !== undefined && { activeFrom }),
    ...(activeUntil !== undefined && { activeUntil }),
  }
  const given = mappings.find(({ target }) => target === 'name.givenName')?.source
  const family = mappings.find(({ target }) => target === 'name.familyName')?.source
  const isNamed = mappings.some(({ target }) => target === 'displayName')
  if (isNamed || given === undefined || family === undefined) return { ...firstRules, anchor, mappings, lifecycle }
  const joined = {
    target: 'displayName',
    kind: 'expression',
    expression: `Join(" ", [${given}], [${family}])`,
    apply: 'always',
    onNull: 'keep',
  } as const
  return { ...firstRules, anchor, mappings: [...mappings, joined], lifecycle }
}

/** Only a column that holds days is one of days. */
function dated(column: string | undefined, sample: Sample): string | undefined {
  if (column === undefined) return undefined
  const values = sample.map((record) => record[column]).filter((value) => typeof value === 'string' && value !== '')
  return values.every((value) => /^\d{4}-\d{2}-\d{2}/.test(String(value))) ? column : undefined
}

function isUnique(column: string, sample: Sample): boolean {
  const values = sample.map((record) => record[column])
  return (
    sample.length > 1 &&
    values.every((value) => value !== undefined && value !== null && value !== '') &&
    new Set(values).size === values.length
  )
}

/** `E-Mail Address`, `email_address` and `emailAddress` are one. */
function toKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_.-]/g, '')
}
