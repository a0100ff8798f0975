import { words, type SamlGuide, type ScimGuide } from './guide.ts'
import { comparedOn, effect, here, notes, texts, there, titles } from './shared-words.ts'

const createApp = {
  id: 'create-app',
  title: titles.createApp,
  text: words(
    'Choose **Custom Application** and **Next**. Tick **Manage Single Sign-On (SSO)** with **Configure SSO with SAML**, and **Export users to this app (Identity Management)**. Enter a **Display Label**, press **Save Application**, then **Configure Application**.',
    '**Custom Application**을 선택하고 **Next**를 누릅니다. **Manage Single Sign-On (SSO)**의 **Configure SSO with SAML**과 **Export users to this app (Identity Management)**를 선택합니다. **Display Label**을 입력하고 **Save Application**을 누른 다음 **Configure Application**을 누릅니다.',
    '**Custom Application**を選んで**Next**を押します。**Manage Single Sign-On (SSO)**の**Configure SSO with SAML**と、**Export users to this app (Identity Management)**にチェックを入れます。**Display Label**を入力して**Save Application**を押し、続いて**Configure Application**を押します。',
    'Choisissez **Custom Application**, puis **Next**. Cochez **Manage Single Sign-On (SSO)** avec **Configure SSO with SAML**, ainsi que **Export users to this app (Identity Management)**. Saisissez un **Display Label**, cliquez sur **Save Application**, puis sur **Configure Application**.',
  ),
  path: ['SSO Applications', 'Add New Application'],
  fields: [],
  isVerified: true,
} as const

export const jumpcloudScim: ScimGuide = {
  provider: 'jumpcloud',
  protocol: 'scim',
  product: 'JumpCloud',
  profile: 'default',
  intro: words(
    'JumpCloud sends the members of the user groups that you choose, and those groups.',
    'JumpCloud는 선택한 사용자 그룹의 구성원과 그 그룹을 보냅니다.',
    'JumpCloudは、選んだユーザーグループのメンバーと、そのグループを送信します。',
    'JumpCloud transmet les membres des groupes d’utilisateurs que vous choisissez, et ces groupes.',
  ),
  steps: [
    createApp,
    {
      id: 'connect',
      title: titles.connect,
      text: words(
        'Press **Test Connection**: JumpCloud makes a person and a group, changes them and deletes them again. Then press **Activate** and **Save**.',
        '**Test Connection**을 누르면 JumpCloud가 사용자와 그룹을 만들고 변경한 뒤 다시 삭제합니다. 이어서 **Activate**와 **Save**를 누릅니다.',
        '**Test Connection**を押すと、JumpCloudはユーザーとグループを作成し、変更してから削除します。続いて**Activate**と**Save**を押します。',
        'Cliquez sur **Test Connection** : JumpCloud crée une personne et un groupe, les modifie, puis les supprime. Cliquez ensuite sur **Activate** et sur **Save**.',
      ),
      path: ['Identity Management'],
      fields: [
        { label: 'SCIM Version', enter: 'SCIM 2.0' },
        { label: 'Base URL', copy: 'scimUrl' },
        { label: 'Token Key', copy: 'scimToken' },
        { label: 'Test User Email', enter: 'jumpcloud-test@your-domain' },
      ],
      isVerified: true,
    },
    {
      id: 'groups',
      title: words('Send groups too', '그룹도 보내기', 'グループも送信する', 'Transmettre aussi les groupes'),
      text: words(
        'Switch **Enable management of User Groups and Group Membership in this application** on and press **Save**.',
        '**Enable management of User Groups and Group Membership in this application**을 켜고 **Save**를 누릅니다.',
        '**Enable management of User Groups and Group Membership in this application**を有効にして**Save**を押します。',
        'Activez **Enable management of User Groups and Group Membership in this application** et cliquez sur **Save**.',
      ),
      path: ['Identity Management'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'assign',
      title: titles.assign,
      text: words(
        'Tick the groups and press **Save**. Their members are sent within minutes.',
        '그룹을 선택하고 **Save**를 누릅니다. 몇 분 안에 구성원이 전송됩니다.',
        'グループにチェックを入れて**Save**を押します。数分以内にメンバーが送信されます。',
        'Cochez les groupes et cliquez sur **Save**. Leurs membres sont transmis en quelques minutes.',
      ),
      path: ['User Groups'],
      fields: [],
      isVerified: true,
    },
  ],
  arrivals: [
    {
      method: 'POST',
      path: '/Users',
      status: 201,
      means: words('the person of the test', '테스트용 사용자', 'テスト用のユーザー', 'la personne de test'),
    },
    {
      method: 'GET',
      path: '/Users?filter=userName eq "…"&startIndex=1&count=100',
      status: 200,
      means: words(
        'the same person is looked for',
        '같은 사용자를 조회합니다',
        '同じユーザーを検索します',
        'la même personne est recherchée',
      ),
    },
    {
      method: 'POST',
      path: '/Groups',
      status: 201,
      means: words('the group of the test', '테스트용 그룹', 'テスト用のグループ', 'le groupe de test'),
    },
    {
      method: 'DELETE',
      path: '/Users/{id}',
      status: 204,
      means: words('the test is over', '테스트가 끝났습니다', 'テストが終わりました', 'le test est terminé'),
    },
  ],
  effects: [
    effect(there.assign, 'GET /Users?filter=…, POST /Users', here.active),
    effect(there.unassign, 'PATCH active: false', here.suspended),
    effect(there.reactivate, 'PATCH active: true', here.sameAccount),
    effect(there.pushGroup, 'POST /Groups, PATCH members', here.team),
    effect(there.leaveGroup, 'PATCH remove members', here.onlyThatMember),
    effect(there.deletePerson, 'DELETE /Users/{id}', here.deleted),
    effect(there.deleteGroup, 'DELETE /Groups/{id}', here.teamGone),
  ],
  notes: [
    words(
      'Members arrive as a list, as bare text and by filter. A removal that has a list takes only those away and never empties the group.',
      '구성원은 목록, 단순 텍스트, 필터 형태로 전달됩니다. 목록이 있는 제거 요청은 해당 구성원만 제거하며 그룹을 비우지 않습니다.',
      'メンバーはリスト、単なる文字列、フィルターのいずれかで届きます。リスト付きの削除は、そのメンバーだけを外し、グループを空にすることはありません。',
      'Les membres arrivent sous forme de liste, de simple texte ou de filtre. Un retrait muni d’une liste n’enlève que ceux-là et ne vide jamais le groupe.',
    ),
    words(
      'JumpCloud does not create an empty group. When a group is taken away from the application, its members are deactivated, and the team stays here as it is.',
      'JumpCloud는 빈 그룹을 만들지 않습니다. 그룹을 애플리케이션에서 제외하면 구성원이 비활성화되고, 팀은 Rollcall에 그대로 남습니다.',
      'JumpCloudは空のグループを作成しません。グループをアプリケーションから外すと、メンバーは無効化され、チームはRollcallにそのまま残ります。',
      'JumpCloud ne crée pas de groupe vide. Quand un groupe est retiré de l’application, ses membres sont désactivés et l’équipe reste telle quelle dans Rollcall.',
    ),
    words(
      'The person and the group of the test stay in the history, as deleted.',
      '테스트용 사용자와 그룹은 삭제된 상태로 이력에 남습니다.',
      'テスト用のユーザーとグループは、削除済みとして履歴に残ります。',
      'La personne et le groupe de test restent dans l’historique, comme supprimés.',
    ),
    notes.tokenExpiry,
  ],
  verifiedOn: comparedOn,
  sources: [
    {
      title: 'JumpCloud: Identity Management using a Custom SCIM Integration',
      url: 'https://jumpcloud.com/support/provision-and-manage-users-and-groups-in-apps-using-custom-scim-identity-management-integration',
    },
    { title: 'JumpCloud: Group management considerations', url: 'https://jumpcloud.com/wp-json/wp/v2/support/85119' },
  ],
}

export const jumpcloudSaml: SamlGuide = {
  provider: 'jumpcloud',
  protocol: 'saml',
  product: 'JumpCloud',
  preset: undefined,
  intro: words(
    'People sign in at JumpCloud.',
    '사용자는 JumpCloud에서 로그인합니다.',
    'ユーザーはJumpCloudでサインインします。',
    'Les personnes se connectent chez JumpCloud.',
  ),
  steps: [
    createApp,
    {
      id: 'addresses',
      title: titles.saml,
      text: words(
        '**IdP Entity ID** is a name of your own that no other application of JumpCloud has. The assertion must be among what is signed.',
        '**IdP Entity ID**에는 JumpCloud의 다른 애플리케이션에서 쓰지 않는 고유한 이름을 입력합니다. 서명 대상에 어설션이 포함되어야 합니다.',
        '**IdP Entity ID**には、JumpCloudのほかのアプリケーションで使っていない固有の名前を入力します。署名の対象にアサーションを含める必要があります。',
        '**IdP Entity ID** est un nom de votre choix qu’aucune autre application de JumpCloud ne porte. L’assertion doit figurer parmi ce qui est signé.',
      ),
      path: ['SSO'],
      fields: [
        { label: 'IdP Entity ID', enter: 'https://jumpcloud.your-domain/rollcall' },
        { label: 'SP Entity ID', copy: 'entityId' },
        { label: 'ACS URLs', copy: 'acsUrl' },
        { label: 'SAMLSubject NameID', enter: 'email' },
        { label: 'SAMLSubject NameID Format', enter: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' },
        { label: 'Signature Algorithm', enter: 'RSA-SHA256' },
        { label: 'Sign', enter: 'Assertion' },
        { label: 'Login URL', copy: 'signInUrl' },
      ],
      isVerified: true,
    },
    {
      id: 'claims',
      title: titles.claims,
      text: texts.claims,
      path: ['SSO', 'Attributes', 'add attribute'],
      fields: [
        { label: 'firstname', enter: 'firstName' },
        { label: 'lastname', enter: 'lastName' },
        { label: 'email', enter: 'email' },
      ],
      isVerified: true,
    },
    {
      id: 'metadata',
      title: titles.give,
      text: texts.metadataUrl,
      path: ['SSO'],
      fields: [{ label: 'Copy Metadata URL', give: 'metadataUrl' }],
      isVerified: true,
    },
    {
      id: 'assign',
      title: titles.assignSignIn,
      text: words(
        'Tick the groups and press **Save**.',
        '그룹을 선택하고 **Save**를 누릅니다.',
        'グループにチェックを入れて**Save**を押します。',
        'Cochez les groupes et cliquez sur **Save**.',
      ),
      path: ['User Groups'],
      fields: [],
      isVerified: true,
    },
  ],
  claims: [
    { source: 'email', claim: 'NameID', attribute: 'userName' },
    { source: 'firstname', claim: 'firstName', attribute: 'name.givenName' },
    { source: 'lastname', claim: 'lastName', attribute: 'name.familyName' },
    { source: 'email', claim: 'email', attribute: 'emails[type eq "work"].value' },
  ],
  notes: [notes.userNameMatches, notes.assertionSigned, notes.begunThere],
  verifiedOn: comparedOn,
  sources: [
    {
      title: 'JumpCloud: SSO Application Connector Fields',
      url: 'https://jumpcloud.com/support/sso-application-connector-fields',
    },
  ],
}
