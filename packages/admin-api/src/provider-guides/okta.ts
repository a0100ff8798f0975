import { words, type SamlGuide, type ScimGuide } from './guide.ts'
import { comparedOn, effect, here, means, notes, texts, there, titles } from './shared-words.ts'

const scimSource = {
  title: 'Okta: Connect your SCIM API service to Okta',
  url: 'https://developer.okta.com/docs/guides/scim-provisioning-integration-connect/main/',
}

export const oktaScim: ScimGuide = {
  provider: 'okta',
  protocol: 'scim',
  product: 'Okta',
  profile: 'okta',
  intro: words(
    'Okta pushes people within seconds after they are assigned, and groups that you choose. You need the role of an application administrator.',
    'Okta는 사용자가 할당되면 몇 초 안에 사용자를 푸시하고, 선택한 그룹도 푸시합니다. 애플리케이션 관리자 역할이 필요합니다.',
    'Oktaは、ユーザーが割り当てられると数秒以内にプッシュし、選んだグループもプッシュします。アプリケーション管理者のロールが必要です。',
    'Okta envoie les personnes dans les secondes qui suivent leur affectation, ainsi que les groupes que vous choisissez. Il vous faut le rôle d’administrateur d’applications.',
  ),
  steps: [
    {
      id: 'create-app',
      title: titles.createApp,
      text: words(
        'If people sign in over SAML already, open that application. Otherwise choose **SAML 2.0** and finish the wizard as the guide on SAML says.',
        '이미 SAML로 로그인하고 있다면 해당 애플리케이션을 엽니다. 그렇지 않으면 **SAML 2.0**을 선택하고 SAML 안내에 따라 마법사를 완료합니다.',
        'すでにSAMLでサインインしている場合は、そのアプリケーションを開きます。そうでない場合は**SAML 2.0**を選び、SAMLのガイドに従ってウィザードを完了します。',
        'Si les personnes se connectent déjà en SAML, ouvrez cette application. Sinon, choisissez **SAML 2.0** et terminez l’assistant comme l’indique le guide SAML.',
      ),
      path: ['Applications', 'Applications', 'Create App Integration'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'enable-scim',
      title: words('Switch SCIM on', 'SCIM 켜기', 'SCIMを有効にする', 'Activer SCIM'),
      text: words(
        'Save with **Save**. A tab **Provisioning** appears.',
        '**Save**로 저장하면 **Provisioning** 탭이 나타납니다.',
        '**Save**で保存すると、**Provisioning**タブが表示されます。',
        'Enregistrez avec **Save**. Un onglet **Provisioning** apparaît.',
      ),
      path: ['General', 'App Settings', 'Edit'],
      fields: [{ label: 'Provisioning', enter: 'SCIM' }],
      isVerified: true,
    },
    {
      id: 'connect',
      title: titles.connect,
      text: words(
        'Press **Test Connector Configuration**, then **Save**. Okta refuses an address that has an underscore (`_`).',
        '**Test Connector Configuration**을 누른 다음 **Save**를 누릅니다. Okta는 밑줄(`_`)이 있는 주소를 거부합니다.',
        '**Test Connector Configuration**を押し、続いて**Save**を押します。Oktaは下線（`_`）を含むアドレスを受け付けません。',
        'Cliquez sur **Test Connector Configuration**, puis sur **Save**. Okta refuse une adresse qui contient un tiret bas (`_`).',
      ),
      path: ['Provisioning', 'Integration', 'Edit'],
      fields: [
        { label: 'SCIM connector base URL', copy: 'scimUrl' },
        { label: 'Unique identifier field for users', enter: 'userName' },
        { label: 'Supported provisioning actions', enter: 'Push New Users, Push Profile Updates, Push Groups' },
        { label: 'Authentication Mode', enter: 'HTTP Header' },
        { label: 'Authorization', copy: 'scimToken' },
      ],
      isVerified: true,
    },
    {
      id: 'actions',
      title: titles.actions,
      text: words(
        'Tick **Create Users**, **Update User Attributes** and **Deactivate Users**. Leave **Sync Password** off: passwords are not needed.',
        '**Create Users**, **Update User Attributes**, **Deactivate Users**를 선택합니다. 비밀번호는 필요하지 않으므로 **Sync Password**는 꺼 둡니다.',
        '**Create Users**、**Update User Attributes**、**Deactivate Users**にチェックを入れます。パスワードは不要なため、**Sync Password**はオフのままにします。',
        'Cochez **Create Users**, **Update User Attributes** et **Deactivate Users**. Laissez **Sync Password** désactivé : les mots de passe sont inutiles.',
      ),
      path: ['Provisioning', 'To App', 'Edit'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'assign',
      title: titles.assign,
      text: words(
        'Choose **Assign to People** or **Assign to Groups**. Each person is looked up and created at once.',
        '**Assign to People** 또는 **Assign to Groups**를 선택합니다. 각 사용자는 즉시 조회되고 생성됩니다.',
        '**Assign to People**または**Assign to Groups**を選びます。各ユーザーはすぐに検索され、作成されます。',
        'Choisissez **Assign to People** ou **Assign to Groups**. Chaque personne est aussitôt recherchée, puis créée.',
      ),
      path: ['Assignments', 'Assign'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'push-groups',
      title: words('Push groups', '그룹 푸시하기', 'グループをプッシュする', 'Envoyer les groupes'),
      text: words(
        'Choose **Find groups by name**, a group, **Save**. Only members who are assigned to the application are sent.',
        '**Find groups by name**을 선택하고 그룹을 고른 다음 **Save**를 누릅니다. 애플리케이션에 할당된 구성원만 전송됩니다.',
        '**Find groups by name**を選び、グループを指定して**Save**を押します。アプリケーションに割り当てられたメンバーだけが送信されます。',
        'Choisissez **Find groups by name**, un groupe, puis **Save**. Seuls les membres affectés à l’application sont transmis.',
      ),
      path: ['Push Groups', 'Push Groups'],
      fields: [],
      isVerified: true,
    },
  ],
  arrivals: [
    {
      method: 'GET',
      path: '/Users?startIndex=1&count=…',
      status: 200,
      means: words('the test of the configuration', '구성 테스트', '構成のテスト', 'le test de la configuration'),
    },
    {
      method: 'GET',
      path: '/Users?filter=userName eq "…"&startIndex=1&count=100',
      status: 200,
      means: means.assigned,
    },
    {
      method: 'POST',
      path: '/Users',
      status: 201,
      means: means.created,
    },
    {
      method: 'GET',
      path: '/Groups?filter=displayName eq "…"&startIndex=1&count=100',
      status: 200,
      means: words('a group is pushed', '그룹을 푸시합니다', 'グループがプッシュされます', 'un groupe est envoyé'),
    },
  ],
  effects: [
    effect(
      there.assign,
      'GET /Users?filter=…, POST /Users',
      words(
        'an active account; one that exists already is linked and its profile overwritten',
        '활성 계정이 됩니다. 이미 있는 계정은 연결되고 프로필이 덮어쓰입니다',
        '有効なアカウントになります。既存のアカウントはリンクされ、プロフィールが上書きされます',
        'un compte actif ; s’il existe déjà, il est lié et son profil est remplacé',
      ),
    ),
    effect(there.change, 'GET /Users/{id}, PUT /Users/{id}', here.changed),
    effect(there.unassign, 'PATCH / PUT active: false', here.suspended),
    effect(words('suspend', '정지(Suspend)', '一時停止（Suspend）', 'suspendre'), '', here.nothing),
    effect(there.reactivate, 'PATCH / PUT active: true', here.sameAccount),
    effect(there.pushGroup, 'POST /Groups, PATCH members', here.team),
    effect(
      words('push now', '지금 푸시(Push now)', '今すぐプッシュ（Push now）', 'envoyer maintenant (Push now)'),
      'PATCH replace members',
      words(
        'exactly those members',
        '정확히 그 구성원으로 바뀝니다',
        'そのメンバーだけに置き換わります',
        'exactement ces membres',
      ),
    ),
    effect(
      words(
        'unlink and delete the group',
        '그룹 연결 해제 및 삭제',
        'グループのリンク解除と削除',
        'dissocier et supprimer le groupe',
      ),
      'DELETE /Groups/{id}',
      here.teamGone,
    ),
  ],
  notes: [
    words(
      'Okta never deletes a person over SCIM. Whoever is unassigned is suspended here.',
      'Okta는 SCIM으로 사용자를 삭제하지 않습니다. 할당이 해제된 사용자는 Rollcall에서 일시 중지됩니다.',
      'OktaはSCIMでユーザーを削除しません。割り当てを解除されたユーザーは、Rollcallで一時停止されます。',
      'Okta ne supprime jamais une personne en SCIM. Une personne dont l’affectation est retirée est suspendue dans Rollcall.',
    ),
    words(
      'Okta shows our error messages to its administrators word for word (**Tasks**). `rollcall requests list --failed` shows the request beside it.',
      'Okta는 Rollcall의 오류 메시지를 관리자에게 그대로 보여 줍니다(**Tasks**). `rollcall requests list --failed`로 해당 요청을 함께 볼 수 있습니다.',
      'OktaはRollcallのエラーメッセージを管理者にそのまま表示します（**Tasks**）。`rollcall requests list --failed`で該当のリクエストも確認できます。',
      'Okta montre nos messages d’erreur tels quels à ses administrateurs (**Tasks**). `rollcall requests list --failed` montre la requête en regard.',
    ),
    words(
      'A private application that speaks SCIM 1.1 needs the setting `scim11` of the connection, and the address ends in `/scim/v1`.',
      'SCIM 1.1을 사용하는 비공개 애플리케이션에는 연결 설정 `scim11`이 필요하며, 주소는 `/scim/v1`로 끝납니다.',
      'SCIM 1.1を使う非公開アプリケーションでは、接続の設定`scim11`が必要で、アドレスは`/scim/v1`で終わります。',
      'Une application privée qui parle SCIM 1.1 requiert le réglage `scim11` de la connexion, et l’adresse se termine par `/scim/v1`.',
    ),
    notes.tokenExpiry,
  ],
  verifiedOn: comparedOn,
  sources: [
    scimSource,
    { title: 'Okta: SCIM 2.0 reference', url: 'https://developer.okta.com/docs/reference/scim/scim-20/' },
  ],
}

export const oktaSaml: SamlGuide = {
  provider: 'okta',
  protocol: 'saml',
  product: 'Okta',
  preset: 'okta',
  intro: words(
    'People sign in at Okta. You need the role of an application administrator.',
    '사용자는 Okta에서 로그인합니다. 애플리케이션 관리자 역할이 필요합니다.',
    'ユーザーはOktaでサインインします。アプリケーション管理者のロールが必要です。',
    'Les personnes se connectent chez Okta. Il vous faut le rôle d’administrateur d’applications.',
  ),
  steps: [
    {
      id: 'create-app',
      title: titles.createApp,
      text: words(
        'Choose **SAML 2.0**, press **Next**, give it a name under **App name**, and press **Next** again.',
        '**SAML 2.0**을 선택하고 **Next**를 누릅니다. **App name**에 이름을 입력하고 다시 **Next**를 누릅니다.',
        '**SAML 2.0**を選んで**Next**を押し、**App name**に名前を入力して、もう一度**Next**を押します。',
        'Choisissez **SAML 2.0**, cliquez sur **Next**, donnez un nom sous **App name**, puis cliquez de nouveau sur **Next**.',
      ),
      path: ['Applications', 'Applications', 'Create App Integration'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'addresses',
      title: titles.saml,
      text: words(
        'Leave **Use this for Recipient URL and Destination URL** ticked, and leave **Default RelayState** empty.',
        '**Use this for Recipient URL and Destination URL**은 선택된 상태로 두고, **Default RelayState**는 비워 둡니다.',
        '**Use this for Recipient URL and Destination URL**はチェックしたままにし、**Default RelayState**は空欄にします。',
        'Laissez **Use this for Recipient URL and Destination URL** coché et **Default RelayState** vide.',
      ),
      path: ['Configure SAML', 'SAML Settings'],
      fields: [
        { label: 'Single sign-on URL', copy: 'acsUrl' },
        { label: 'Audience URI (SP Entity ID)', copy: 'entityId' },
        { label: 'Name ID format', enter: 'Persistent' },
        { label: 'Application username', enter: 'Okta username' },
      ],
      isVerified: true,
    },
    {
      id: 'claims',
      title: titles.claims,
      text: texts.claims,
      path: ['Attribute Statements'],
      fields: [
        { label: 'user.firstName', enter: 'firstName' },
        { label: 'user.lastName', enter: 'lastName' },
        { label: 'user.displayName', enter: 'displayName' },
        { label: 'user.email', enter: 'email' },
      ],
      isVerified: true,
    },
    {
      id: 'metadata',
      title: titles.give,
      text: texts.metadataUrl,
      path: ['Sign On', 'Metadata details'],
      fields: [{ label: 'Metadata URL', give: 'metadataUrl' }],
      isVerified: true,
    },
    {
      id: 'assign',
      title: titles.assignSignIn,
      text: words(
        'Whoever is not assigned sees an error of Okta.',
        '할당되지 않은 사용자에게는 Okta 오류가 표시됩니다.',
        '割り当てられていないユーザーには、Oktaのエラーが表示されます。',
        'Une personne non affectée voit une erreur d’Okta.',
      ),
      path: ['Assignments', 'Assign'],
      fields: [],
      isVerified: true,
    },
  ],
  claims: [
    { source: 'Okta username', claim: 'NameID', attribute: 'userName' },
    { source: 'user.firstName', claim: 'firstName', attribute: 'name.givenName' },
    { source: 'user.lastName', claim: 'lastName', attribute: 'name.familyName' },
    { source: 'user.displayName', claim: 'displayName', attribute: 'displayName' },
    { source: 'user.email', claim: 'email', attribute: 'emails[type eq "work"].value' },
    { source: 'Group Attribute Statements: Matches regex .*', claim: 'groups', attribute: 'roles, teams' },
  ],
  notes: [notes.userNameMatches, notes.assertionSigned, notes.begunThere],
  verifiedOn: comparedOn,
  sources: [
    { title: 'Relyra: Okta SAML app (April 2026)', url: 'https://hexdocs.pm/relyra/okta.html' },
    { title: 'samlify: Okta integration', url: 'https://samlify.js.org/okta' },
  ],
}
